// What a living page keeps: a form that was stopped on its way can be sent again, Back after a save asks nothing, and a page that is renewed
// under somebody's hands leaves focus, folds and typed words where they are.
import type { Page } from '@playwright/test';
import { comeIn, follow, press, tabTo, type } from '../lib/keys.ts';
import { Office } from '../lib/office.ts';
import { expect, ready, test as base, visit } from '../lib/test.ts';

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(300);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('a form that is stopped on its way can be sent again', async ({ page, own }) => {
  await comeIn(page, own);
  await page.clock.install();
  await visit(page, own, '/settings/cost-centres');
  await page.route('**/api/cost-centres/add', () => undefined);
  await type(page, page.getByLabel('Name', { exact: true }), 'Harbour Street');
  const button = page.getByRole('button', { name: 'Add the cost centre' });
  // Half a second later somebody presses the browser's Stop. From within the page: from without nothing is told while it is on its way.
  await page.evaluate(() => {
    const stop = () => {
      document.documentElement.dataset.busy = `${document.querySelectorAll('form[data-busy] button[aria-busy]').length}`;
      window.stop();
    };
    document.addEventListener('submit', () => setTimeout(stop, 500), { once: true });
  });
  await press(page, button);
  await expect(page.locator('html')).toHaveAttribute('data-busy', '1');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.clock.fastForward(11_000);
  await expect(button).not.toHaveAttribute('aria-busy', 'true');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Harbour Street');
  await follow(page, button, { limit: 200 });
  await expect(page.getByText('The cost centre is added.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Harbour Street' })).toHaveCount(1);
});

test('Back after a save asks nothing and shows what is saved', async ({ page, own }) => {
  let questions = 0;
  page.on('dialog', async (dialog) => {
    questions += 1;
    await dialog.accept();
  });
  await comeIn(page, own, '/clients/new');
  await type(page, page.getByLabel('Name', { exact: true }), 'First name');
  await type(page, page.getByLabel('Code', { exact: true }), 'Z1');
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await follow(page, page.getByRole('link', { name: 'Change', exact: true }));
  await type(page, page.getByLabel('Name', { exact: true }), 'Second name');
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByRole('heading', { level: 1, name: 'Second name' })).toBeVisible();
  await page.goBack();
  await ready(page);
  await expect(page).toHaveURL(/\/edit/);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Second name');
  await follow(page, page.getByRole('link', { name: 'Cancel' }));
  expect(questions).toBe(0);
});

test('a page renewed by a collection keeps the focus, an open fold, and what is typed', async ({ page, own, context }) => {
  await comeIn(page, own, '/accounts');
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Office', exact: true }));
  await follow(page, page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Server' }));
  const fold = page.getByText('Where do I find these?');
  await press(page, fold);
  await expect(page.getByText('The settings on a phone or tablet')).toBeVisible();
  const other = await context.newPage();
  await other.goto(page.url());
  await ready(other);
  const main = page.locator('#main');
  const mark = () => main.evaluate((main) => main.setAttribute('data-before', ''));

  await test.step('renewed: focus and fold stay', async () => {
    await mark();
    await collect(other);
    await expect(main).not.toHaveAttribute('data-before');
    await expect(page.getByText('The settings on a phone or tablet')).toBeVisible();
    await expect(fold).toBeFocused();
    await tabTo(page, page.getByLabel('User name'));
  });

  await test.step('typed words are never drawn over', async () => {
    await type(page, page.getByLabel('User name'), 'somebody else');
    await page.keyboard.press('Tab');
    await mark();
    await collect(other);
    await expect(main).toHaveAttribute('data-before');
    await expect(page.getByLabel('User name')).toHaveValue('somebody else');
  });
});

/** Collects at once, in another window, until it has ended. */
async function collect(page: Page): Promise<void> {
  await follow(page, page.getByRole('button', { name: 'Collect now' }));
  await expect(async () => {
    await page.reload();
    await expect(page.getByText('Up to date').first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}
