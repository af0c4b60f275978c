// A mailbox at Microsoft 365 (FC-13 to FC-18, O15, O21): the set-up in words, filled in; what is pasted wrongly is told where it stands.
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

const client = '11111111-2222-3333-4444-555555555555';

test('the set-up at Microsoft is told step by step, and a secret\'s ID is not taken for its value', async ({ page, office }) => {
  await signIn(page, office, '/accounts/new');
  await page.getByRole('navigation', { name: 'How letters are collected' }).getByRole('link', { name: 'Microsoft 365' }).click();
  await expect(page.getByText('The set-up at Microsoft, step by step')).toBeVisible();
  await ready(page);
  await expect(page.getByText('New-ManagementRoleAssignment')).toBeVisible();
  await fits(page);
  await page.getByLabel('E-mail address of the mailbox').fill('studio@contoso.example');
  await page.getByLabel('Name', { exact: true }).fill('Contoso');
  await page.getByLabel('Directory (tenant) ID').fill('contoso.example');
  await page.getByLabel('Application (client) ID').fill(client);
  for (const field of ['Client secret', 'Client secret again']) await page.getByLabel(field, { exact: true }).fill(client);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.locator('#password-error')).toContainText('column Value');
  await expect(page.getByLabel('Application (client) ID')).toHaveValue(client);
  await page.getByText('Other clouds and time-out').click();
  await page.getByLabel('Sign-in server', { exact: true }).fill('127.0.0.1:9');
  await page.getByLabel('Graph server', { exact: true }).fill('127.0.0.1');
  for (const field of ['Client secret', 'Client secret again']) await page.getByLabel(field, { exact: true }).fill('Xy~8Q~a-value-of-a-secret');
  await page.getByRole('button', { name: 'Test connection' }).click();
  // The doctor climbs as far as it can, and the set-up is filled in with what was typed.
  await expect(page.getByRole('main')).toContainText('Nothing answers on this port');
  await expect(page.getByText(`-App '${client}'`)).toBeVisible();
  await expect(page.getByText("PrimarySmtpAddress -eq 'studio@contoso.example'")).toBeVisible();
  await fits(page);
  await page.getByRole('button', { name: 'Exit without saving' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Email accounts' })).toBeVisible();
});
