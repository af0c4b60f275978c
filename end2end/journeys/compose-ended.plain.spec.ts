// FC-20: a session that ends while somebody writes costs no word without JavaScript either.
import { ada, Office } from '../lib/office.ts';
import { test as base, expect, fits, signIn } from '../lib/test.ts';

/** With an office of this test alone: it writes. */
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

test.use({ javaScriptEnabled: false });

test('a letter that is sent after the session has ended is gone on with after signing in in another tab', async ({ page, context, own }) => {
  await signIn(page, own);
  await page.goto(`${own.url}/compose?client=1`);
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await expect(page).toHaveURL(/\/compose\/\d+$/);
  const words = 'Dear Margaret, “the lease” <of June>.\n'.repeat(300).trim();
  await page.getByLabel('Subject').fill('The lease of June');
  await page.getByLabel('Letter', { exact: true }).fill(words);
  await context.clearCookies();
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your session has ended');
  await expect(page.getByLabel('Your letter, to read and to copy')).toHaveValue(words);
  await fits(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await fits(page);
  const goOn = page.getByRole('button', { name: 'Go on with the letter' });
  await goOn.click();
  await expect(page.getByRole('heading', { level: 1 }), 'too early').toHaveText('Your session has ended');

  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: 'Sign in, in a new tab' }).click();
  const tab = await opened;
  await tab.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
  await tab.getByLabel('Password', { exact: true }).fill(ada.password);
  await tab.getByRole('button', { name: 'Sign in' }).click();
  await expect(tab).not.toHaveURL(/sign-in/);
  await goOn.click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText('did not leave');
  await expect(page.getByLabel('Subject')).toHaveValue('The lease of June');
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue(words);
  await page.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue(words);
});
