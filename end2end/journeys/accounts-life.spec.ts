// An account's schedule, its mailbox in the left pane, and its end: kept as an archive, then deleted with its letters.
import { Office } from '../lib/office.ts';
import { shareWith } from '../lib/share.ts';
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

test('an account is scheduled, read, archived and deleted', async ({ page }) => {
  test.slow();
  const office = await Office.filled(5);
  try {
    await signIn(page, office, '/accounts');
    await page.getByRole('link', { name: 'Schedule: when each account is collected' }).click();
    await ready(page);
    await fits(page);
    await page.getByRole('link', { name: 'Change: Office' }).click();
    await ready(page);
    await page.getByLabel('At times of day').check();
    await page.getByLabel('Times', { exact: true }).fill('noon');
    await page.getByRole('button', { name: 'Save' }).click();
    await ready(page);
    await expect(page.getByRole('alert')).toContainText('Enter times of day like 08:00, 12:30');
    await expect(page.getByLabel('Times', { exact: true })).toHaveValue('noon');
    await page.getByLabel('Times', { exact: true }).fill('8:00, 12:30');
    await page.getByRole('button', { name: 'Save' }).click();
    await ready(page);
    await expect(page.getByText('At 08:00, 12:30')).toBeVisible();
    await fits(page);

    await page.goto(`${office.url}/accounts`);
    await page.getByRole('main').getByRole('link', { name: 'Office', exact: true }).first().click();
    await ready(page);
    await shareWith(page, 'Ada Lovelace');

    await page.goto(`${office.url}/mail`);
    await page.getByRole('navigation', { name: 'Accounts' }).getByRole('link', { name: /Office/ }).click();
    await ready(page);
    await expect(page.getByRole('heading', { name: 'Mail: Office' })).toBeVisible();
    await fits(page);

    const end = async (choice: string) => {
      await page.goto(`${office.url}/accounts`);
      await page.getByRole('main').getByRole('link', { name: 'Office', exact: true }).first().click();
      await ready(page);
      await page.getByRole('link', { name: 'Delete this account…' }).click();
      await ready(page);
      await fits(page);
      await page.getByLabel(choice, { exact: true }).check();
      await page.getByRole('button', { name: 'Delete the account' }).click();
      await ready(page);
    };
    await end('Keep them');
    await expect(page.getByText('The account is an archive now.')).toBeVisible();
    await fits(page);
    await end('Remove those that only it holds');
    await expect(page.getByText('The account is deleted with the letters that only it held.')).toBeVisible();
    await expect(page.getByText('No accounts yet')).toBeVisible();
  } finally {
    await office.stop();
  }
});
