// A mailbox by POP3 (IT-01 to IT-17, IT-30, O8, O23): chosen, tested, collected; what it cannot do is said. Without JavaScript too.
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, signIn } from '../lib/test.ts';

/** With an office of these tests alone: they add accounts. */
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

test('a mailbox is connected by POP3 and says that its history is one-sided', async ({ page, own }) => {
  const { pop3s_port: port, fingerprint, user, password } = own.mail.line;
  expect(port, 'Dovecot has no POP3 here: install dovecot-pop3d').not.toBeNull();
  const name = `Drop ${Date.now()}`;
  await signIn(page, own, '/accounts/new');
  await page.getByRole('navigation', { name: 'How letters are collected' }).getByRole('link', { name: 'POP3' }).click();
  await expect(page.getByRole('main')).toContainText('POP3 brings received mail only, so the history is one-sided.');
  await expect(page.getByRole('main')).toContainText('cannot choose by folder, date or status');
  await expect(page.getByRole('group', { name: 'Server type' })).toHaveCount(0);
  await fits(page);
  await page.getByLabel('E-mail address of the mailbox').fill('drop@kontor.example');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  await page.getByLabel('Security').selectOption({ label: 'TLS' });
  await page.getByLabel('Port', { exact: true }).fill(`${port}`);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByLabel('Delete on the server after so many days (optional)').fill('soon');
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByLabel('Pinned certificate').fill(fingerprint);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText('The days must be a whole number');
  await expect(page.getByLabel('Delete on the server after so many days (optional)')).toHaveValue('soon');
  await page.getByLabel('Delete on the server after so many days (optional)').fill('');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('#report')).toContainText('received letters only');
  await fits(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Download folders' }).click();
  await expect(page.getByRole('checkbox', { name: 'Inbox' })).toBeChecked();
  await expect(page.getByRole('main')).toContainText('POP3 shows one folder, the inbox');
  await page.getByRole('button', { name: 'Start collecting' }).click();
  await expect(page.getByRole('main')).toContainText('Received mail only, so histories are one-sided');
  // The office's IMAP account holds these letters already: they are counted as held elsewhere, not filed twice.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('main')).toContainText('Complete: all', { timeout: 1000 });
  }).toPass({ timeout: 60_000 });
  await fits(page);
});
