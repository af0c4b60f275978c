// Who sends, through what (FC-05, FN-16, S17, IT-25): an account that only sends, a service, a sender, the ladder. Without JavaScript too.
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, signIn, visit } from '../lib/test.ts';

/** With an office of these tests alone: they change how it sends. */
const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(20);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('an account that only sends is added, and every page says what is still missing', async ({ page, own }) => {
  const name = `Post ${Date.now()}`;
  await signIn(page, own, '/accounts/new');
  await page.getByRole('link', { name: 'SMTP (sending only)' }).click();
  await fits(page);
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter the name of the mail server');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Server', { exact: true }).fill('smtp.kontor.example');
  await page.getByLabel('How it signs in').selectOption({ label: 'The server asks for none' });
  await page.getByLabel('Sender’s name').fill('The office');
  await page.getByLabel('Sender’s address').fill('office@kontor.example');
  await page.getByLabel('System e-mail account').check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1, name: `Outgoing: ${name}` })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('It has not proven yet that it sends.');
  await page.getByRole('button', { name: 'Send the code' }).click();
  await expect(page.getByRole('status')).toContainText('The code is on its way.');
  await page.getByLabel('Code', { exact: true }).fill('2222-2222');
  await page.getByRole('button', { name: 'Verify the address' }).click();
  await expect(page.getByRole('alert')).toContainText('The code is not right. 4 tries are left');
  await fits(page);

  await visit(page, own, '/settings/senders');
  await page.getByRole('main').getByRole('link', { name: 'Ada Lovelace' }).click();
  await page.getByRole('button', { name: 'Save and check' }).click();
  await expect(page.getByRole('main')).toContainText('Ada Lovelace cannot send yet.');
  await expect(page.getByRole('main')).toContainText('has not proven yet that it sends');
  await fits(page);

  await visit(page, own, '/settings/which-account');
  await expect(page.getByRole('main')).toContainText('Nothing can be sent like this.');
  await page.getByRole('button', { name: 'Look now' }).click();
  await expect(page.getByRole('status')).toContainText('Looked at just now.');
  await fits(page);
});
