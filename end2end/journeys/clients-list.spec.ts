// Clients on file: refusals say what to do on the page itself, typed values come back, names are found however they are spelt.
import { expect, ready, signIn, test, visit } from '../lib/test.ts';

test('an upload without a file is refused on the import page with what to do', async ({ page, office }) => {
  await signIn(page, office, '/clients/import');
  await page.getByRole('button', { name: 'Look at the list' }).click();
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await expect(summary.getByRole('link', { name: 'Choose a file' })).toHaveAttribute('href', '#file');
  await expect(page.getByRole('heading', { level: 1, name: 'Import clients' })).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
});

test('a refused client form keeps what was typed', async ({ page, office }) => {
  await signIn(page, office, '/clients/new');
  await page.getByLabel('Name', { exact: true }).fill('Typed & kept');
  await page.getByLabel('Address 1').first().fill('nowhere');
  await page.getByRole('button', { name: 'Save' }).click();
  await ready(page);
  await expect(page.getByRole('alert')).toContainText("Enter the client's code");
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Typed & kept');
  await expect(page.getByLabel('Address 1').first()).toHaveValue('nowhere');
});

test('clients are found without accents and counted', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/clients?words=backer');
  await expect(page.getByRole('main').getByRole('status')).toContainText('1 of 6 clients with “backer”');
  await expect(page.getByRole('link', { name: 'Öystein Bäcker' })).toBeVisible();
  await visit(page, office, '/clients?words=B%C3%9CCHER');
  await expect(page.getByRole('link', { name: 'Öystein Bäcker' })).toBeVisible();
});
