// DESIGN §10: nobody sees anything before signing in, and after signing out.
import { ada } from '../lib/office.ts';
import { ownMenu } from '../lib/rows.ts';
import { alive, expect, ready, signIn, test, visit } from '../lib/test.ts';

test('a page asked for without signing in is shown after signing in', async ({ page, office }) => {
  await visit(page, office, '/accounts');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Email accounts' })).toBeVisible();
});

test('a wrong password is refused in words that do not tell which part was wrong', async ({ page, office }) => {
  await visit(page, office, '/sign-in');
  await page.getByRole('textbox', { name: 'E-mail address' }).fill('nobody@kontor.example');
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await expect(page).toHaveTitle(/^Error: /);
  if (alive()) await expect(page.getByRole('textbox', { name: 'E-mail address' })).toHaveValue('nobody@kontor.example');
});

test('after signing out the pages are closed again', async ({ page, office }) => {
  await signIn(page, office);
  await ownMenu(page).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await ready(page);
  await page.goto(`${office.url}/clients`);
  await expect(page).toHaveURL(/\/sign-in/);
});
