// The command palette and the map of keys with the keyboard alone (WAI-ARIA APG: combobox with a list): what one may go to and do, the focus
// back where it was, and every single key switched off.
import { comeIn, follow, press, tabTo } from '../lib/keys.ts';
import { hale, proposal } from '../lib/letters.ts';
import { expect, fits, ready, test, visit } from '../lib/test.ts';

test('the palette opens on what one may do, goes round, closes, and gives the focus back', async ({ page, office }) => {
  await comeIn(page, office);
  const palette = page.getByRole('combobox', { name: 'Go to or do' });
  const chosen = page.locator('#palette-list [aria-selected=true]');
  const opener = page.getByRole('button', { name: 'Go to' });
  await press(page, opener);
  await expect(palette).toBeFocused();
  await expect(palette).toHaveAttribute('aria-expanded', 'true');
  const first = await chosen.innerText();
  await page.keyboard.press('ArrowUp');
  await expect(page.getByRole('option').last()).toHaveAttribute('aria-selected', 'true');
  await expect(palette).toHaveAttribute('aria-activedescendant', /^palette-[1-9]/);
  await page.keyboard.press('ArrowDown');
  await expect(chosen).toHaveText(first, { useInnerText: true });
  await page.keyboard.type('zq');
  await expect(page.getByRole('option')).toHaveText(/Search all letters for “zq”/);
  await page.keyboard.press('Escape');
  await expect(opener).toBeFocused();

  await test.step('the button that closes', async () => {
    await page.keyboard.press('Control+k');
    await press(page, page.getByRole('dialog').getByRole('button', { name: 'Close' }), { limit: 3 });
    await expect(palette).toBeHidden();
    await expect(opener).toBeFocused();
  });

  await test.step('a client, a letter, a page, an action', async () => {
    const go = async (words: string, option: string | RegExp) => {
      await page.keyboard.press('Control+k');
      await expect(palette).toBeFocused();
      await page.keyboard.type(words);
      const wanted = page.getByRole('option', { name: option }).first();
      await expect(wanted).toBeVisible();
      for (let presses = 0; presses < 30 && (await wanted.getAttribute('aria-selected')) !== 'true'; presses++) await page.keyboard.press('ArrowDown');
      await fits(page);
      const left = page.waitForEvent('framenavigated');
      await page.keyboard.press('Enter');
      await left;
      await ready(page);
    };
    await go('hale', hale.name);
    await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
    await go(proposal.word, proposal.subject);
    await expect(page.getByRole('heading', { level: 1, name: proposal.subject })).toBeVisible();
    await go('cost cen', 'Cost centres');
    await expect(page.getByRole('heading', { level: 1, name: 'Cost centres' })).toBeVisible();
    await go('look dark', /^Change the look: dark/);
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  });
});

test('the map of keys opens and closes; switched off, no key does anything, and the palette has its button', async ({ page, office }) => {
  await comeIn(page, office);
  const map = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await page.keyboard.press('?');
  await expect(map).toContainText('Search letters');
  await fits(page);
  await press(page, map.getByRole('button', { name: 'Close' }), { limit: 4 });
  await expect(map).toBeHidden();
  for (const [keys, path] of [['gm', '/mail'], ['ga', '/accounts'], ['gs', '/settings'], ['gc', '/clients'], ['gh', '/']]) {
    const left = page.waitForURL((url) => url.pathname === path);
    await page.keyboard.type(keys);
    await left;
    await ready(page);
  }
  await visit(page, office, '/settings/profile');
  await follow(page, page.getByRole('button', { name: 'Turn shortcuts off' }));
  try {
    const palette = page.getByRole('combobox', { name: 'Go to or do' });
    await page.keyboard.type('/?gm');
    await page.keyboard.press('Control+k');
    await press(page, page.getByRole('button', { name: 'Go to', exact: true }));
    await expect(palette).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(palette).toBeHidden();
    await expect(map).toBeHidden();
    await expect(page).toHaveURL(/\/settings\/profile/);
  } finally {
    await follow(page, page.getByRole('button', { name: 'Turn shortcuts on' }));
  }
  await tabTo(page, page.getByRole('button', { name: 'Turn shortcuts off' }));
});
