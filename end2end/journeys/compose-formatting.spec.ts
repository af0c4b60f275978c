// A letter with formatting where there may be no JavaScript: it is read, goes on its way, and is gone on with in plain text (FC-20).
import { Office } from '../lib/office.ts';
import { alive, test as base, expect, fits, ready, signIn } from '../lib/test.ts';
import { saved } from '../lib/writing.ts';

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

test('what was written with formatting is shown, kept and gone on with in plain text', async ({ page, browser, own }) => {
  // Formatting is written where there is JavaScript, whatever this project has.
  const elsewhere = await (await browser.newContext({ javaScriptEnabled: true })).newPage();
  await signIn(elsewhere, own);
  await elsewhere.goto(`${own.url}/compose?client=1`);
  await elsewhere.getByRole('button', { name: 'Go on and write' }).click();
  await expect(elsewhere).toHaveURL(/\/compose\/\d+/);
  await expect(elsewhere.locator('html')).toHaveAttribute('data-hydrated', 'true');
  const begin = elsewhere.getByRole('button', { name: 'Write with formatting' });
  if (await begin.isVisible()) await begin.click();
  const words = elsewhere.getByRole('textbox', { name: 'Letter', exact: true });
  await expect(words).toHaveAttribute('contenteditable', 'true');
  await words.press('Control+A');
  await words.press('Delete');
  await words.press('Control+B');
  await words.pressSequentially('Dear Margaret');
  await saved(elsewhere, 'Dear Margaret');
  const letter = elsewhere.url();
  await elsewhere.context().close();

  await signIn(page, own);
  await page.goto(letter);
  await ready(page);
  await expect(page.getByRole('button', { name: 'Bold' })).toBeVisible({ visible: alive() });
  await expect(page.getByRole('textbox', { name: 'Letter', exact: true }).locator('b')).toHaveText('Dear Margaret');
  await fits(page);
  await page.getByLabel('Subject').fill('The lease');
  await page.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(page.getByRole('textbox', { name: 'Letter', exact: true }).locator('b')).toHaveText('Dear Margaret');
  await ready(page);
  await page.getByRole('button', { name: 'Go on in plain text' }).click();
  await expect(page.getByRole('heading', { name: 'Go on in plain text?' })).toBeVisible();
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'Drop the formatting' }).click();
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue('Dear Margaret\n');
  await expect(page.getByLabel('Subject')).toHaveValue('The lease');
});
