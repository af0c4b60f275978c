// A letter from a client's file and an answer from a letter: written, kept, looked at once more (FC-20, S13). Without JavaScript too, and by
// keyboard alone. That it leaves is shown where there is a mail server to take it.
import type { Page } from '@playwright/test';
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, ready, signIn } from '../lib/test.ts';

/** With an office of these tests alone: they write. */
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

async function begin(page: Page, own: Office): Promise<void> {
  await signIn(page, own, '/clients/1');
  await page.getByRole('link', { name: 'Write a letter' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Write a letter');
  await expect(page.getByRole('heading', { name: 'How it is sent' })).toBeVisible();
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await expect(page).toHaveURL(/\/compose\/\d+/);
  await fits(page);
  await ready(page);
}

test('a letter is written, stopped by what is wrong with it, and kept', async ({ page, own }) => {
  await begin(page, own);
  await expect(page.getByLabel('To', { exact: true })).toHaveValue(/@/);
  await page.getByLabel('To', { exact: true }).fill('nobody');
  await page.getByLabel('Subject').fill('The lease');
  await page.getByLabel('Letter', { exact: true }).fill('Dear {{ client.name }}');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  await expect(alert).toContainText('“nobody” is not an e-mail address');
  await expect(alert).toContainText('nothing was put in for');
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue('Dear {{ client.name }}');
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'Attach files' }).click();
  await expect(page).toHaveURL(/\/files$/);
  await ready(page);
  await page.getByLabel('Add a file').setInputFiles({ name: 'lease.txt', mimeType: 'text/plain', buffer: Buffer.from('the lease') });
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('lease.txt');
  await fits(page);
  await ready(page);
  await page.getByRole('link', { name: 'Back to the letter' }).click();
  await ready(page);
  await page.getByLabel('Letter', { exact: true }).fill('Dear Margaret');
  await page.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await page.goto(`${own.url}/drafts`);
  await ready(page);
  await expect(page.getByRole('link', { name: 'The lease' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('1 file');
  await fits(page);
  await page.getByRole('button', { name: /Discard/ }).first().click();
  await expect(page.getByRole('main')).toContainText('No drafts');
});

test('an answer quotes the letter and goes back to its writer, by keyboard alone', async ({ page, own }) => {
  await signIn(page, own, '/clients/1');
  await page.locator('main a[href*="/messages/"]').first().click();
  await ready(page);
  await page.getByRole('link', { name: 'Reply', exact: true }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Go on and write' })).toBeVisible();
  await ready(page);
  await page.getByRole('button', { name: 'Go on and write' }).focus();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/compose\/\d+/);
  await expect(page.getByLabel('Subject')).toHaveValue(/^Re: /);
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue(/wrote:\n>/);
  await ready(page);
  await page.getByLabel('Letter', { exact: true }).focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('Thank you.');
  await page.getByRole('button', { name: 'Save as draft' }).last().focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue(/^Thank you\./);
});
