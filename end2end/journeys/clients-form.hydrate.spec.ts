// What a living page adds to the client form: the browser asks before changes are lost (O26, TP-44).
import { expect, ready, signIn, test } from '../lib/test.ts';

test('leaving a form with unsaved changes asks first; taking them back or saving does not', async ({ page, office }) => {
  await signIn(page, office, '/clients/new');
  const questions: string[] = [];
  let stay = true;
  page.on('dialog', async (dialog) => {
    questions.push(dialog.type());
    await (stay ? dialog.dismiss() : dialog.accept());
  });
  const name = page.getByLabel('Name', { exact: true });
  const leave = () => page.getByRole('link', { name: 'Cancel' }).click();

  await name.click();
  await page.keyboard.type('Half a client');
  await leave();
  await expect.poll(() => questions).toEqual(['beforeunload']);
  await expect(page).toHaveURL(/\/clients\/new$/);
  await expect(name).toHaveValue('Half a client');

  stay = false;
  await leave();
  await expect(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
  expect(questions).toHaveLength(2);

  await page.getByRole('main').getByRole('link', { name: 'Add a client' }).click();
  await ready(page);
  await name.click();
  await page.keyboard.type('x');
  await name.fill('');
  await leave();
  await expect(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
  expect(questions, 'nothing is changed any more').toHaveLength(2);
});

test('a form that is refused stays guarded', async ({ page, office }) => {
  await signIn(page, office, '/clients/new');
  let questions = 0;
  page.on('dialog', async (dialog) => {
    questions += 1;
    await dialog.dismiss();
  });
  await page.getByLabel('Name', { exact: true }).fill('No code');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('Enter the client’s code'.replace('’', "'"));
  await ready(page);
  await expect(page.getByRole('alert')).toBeFocused();
  // Browsers ask only once somebody has touched the page.
  await page.getByRole('heading', { level: 1 }).click();
  await page.getByRole('link', { name: 'Cancel' }).click();
  await expect.poll(() => questions).toBe(1);
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('No code');
});
