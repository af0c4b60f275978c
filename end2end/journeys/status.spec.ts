// Operation: an administrator sees how Postroom itself fares, with and without JavaScript.
import { expect, fits, signIn, test, visit } from '../lib/test.ts';

test('an administrator finds the status and reads it', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/settings');
  await page.getByRole('main').getByRole('link', { name: /^Status/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Status' })).toBeVisible();
  await expect(page.getByRole('table', { name: 'What runs by itself' })).toContainText('Schedule');
  await expect(page.getByRole('main')).toContainText('SQLite');
  await fits(page);
});
