// Search as one types, the command palette and the map of keys: with the keyboard alone.
import { hale, proposal } from '../lib/letters.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
});

test('letters are found as one types, and the address follows', async ({ page }) => {
  await page.keyboard.press('/');
  const box = page.getByRole('searchbox', { name: 'Search letters' });
  await expect(box).toBeFocused();
  await page.keyboard.type('pension');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search\?q=pension$/);
  await ready(page);
  await box.fill(proposal.word.slice(0, 5));
  await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`q=${proposal.word.slice(0, 5)}&typing=1`));
  await expect(box).toBeFocused();
  await expect(page.getByRole('status').filter({ hasText: /1 letter/ })).toBeAttached();
  await page.getByRole('navigation', { name: 'Order' }).getByRole('link', { name: 'Best first' }).click();
  await expect(page).toHaveURL(/sort=best/);
  await fits(page);
});

test('what was typed before the page came to life is asked all the same', async ({ page, office }) => {
  let wake = () => {};
  const typed = new Promise<void>((resolve) => (wake = resolve));
  await page.route('**/*.wasm', async (route) => {
    await typed;
    await route.continue();
  });
  await page.goto(`${office.url}/search?q=pension`);
  await page.getByRole('searchbox', { name: 'Search letters' }).fill(proposal.word.slice(0, 5));
  await expect(page.locator('html')).not.toHaveAttribute('data-hydrated', 'true');
  wake();
  await expect(page).toHaveURL(new RegExp(`q=${proposal.word.slice(0, 5)}&typing=1`));
  await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible();
});

test('a client, a letter and a page are reached through the palette', async ({ page, office }) => {
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('combobox', { name: 'Go to or do' });
  await expect(palette).toBeFocused();
  await page.keyboard.type('hale');
  await expect(page.getByRole('option', { name: hale.name })).toBeVisible();
  await fits(page);
  // Who types a client's name means the client.
  await expect(page.getByRole('option', { name: hale.name })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);

  await page.keyboard.press('Control+k');
  await page.keyboard.type(proposal.word);
  await expect(page.getByRole('option', { name: proposal.subject })).toBeVisible();
  await choose(page, proposal.subject);
  await expect(page.getByRole('heading', { level: 1, name: proposal.subject })).toBeVisible();

  await visit(page, office, '/clients');
  await page.getByRole('button', { name: 'Go to' }).click();
  await page.keyboard.type('audit');
  await expect(page.getByRole('option', { name: /^Audit trail/ })).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/audit/);
});

test('the keys are shown, go where they say, and can be turned off', async ({ page, office }) => {
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toContainText('Search letters');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('m');
  await expect(page).toHaveURL(/\/mail/);
  await visit(page, office, '/settings/profile');
  await page.getByRole('button', { name: 'Turn shortcuts off' }).click();
  await expect(page.getByRole('button', { name: 'Turn shortcuts on' })).toBeVisible();
  await ready(page);
  // No key means anything any more; what Ctrl K opened has a button.
  const palette = page.getByRole('combobox', { name: 'Go to or do' });
  await page.keyboard.press('/');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('button', { name: 'Turn shortcuts on' })).toBeVisible();
  await expect(palette).toBeHidden();
  await expect(page.getByRole('searchbox', { name: 'Search letters' })).not.toBeFocused();
  await page.getByRole('button', { name: 'Go to', exact: true }).click();
  await expect(palette).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  await page.getByRole('button', { name: 'Turn shortcuts on' }).click();
  await expect(page.getByRole('button', { name: 'Turn shortcuts off' })).toBeVisible();
});

async function choose(page: import('@playwright/test').Page, name: string): Promise<void> {
  const wanted = page.getByRole('option', { name });
  for (let presses = 0; presses < 30 && (await wanted.first().getAttribute('aria-selected')) !== 'true'; presses++) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
}
