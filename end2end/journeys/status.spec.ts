// Operation: an administrator sees how Postroom itself fares, with and without JavaScript.
import { alive, expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test('an administrator finds the status and reads it', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/settings');
  await page.getByRole('main').getByRole('link', { name: /^Status/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Status' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'What runs by itself' })).toContainText('Schedule');
  await expect(page.getByRole('main')).toContainText('SQLite');
  await fits(page);
});

test('the page renews itself while it is looked at', async ({ page, office }) => {
  test.skip(!alive(), 'without JavaScript there is a link to ask again');
  await signIn(page, office);
  await visit(page, office, '/status');
  await ready(page);
  const renewed = page.waitForResponse((answer) => answer.url().includes('/status?left-open=1'), { timeout: 20_000 });
  expect((await renewed).status()).toBe(200);
  await expect(page.getByRole('table', { name: 'What runs by itself' })).toContainText('Schedule');
});
