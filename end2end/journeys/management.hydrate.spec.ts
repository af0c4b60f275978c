// Email Management by keyboard: the queue of an account that imports replies is worked to nothing.
import { Office } from '../lib/office.ts';
import { importReplies, waiting } from '../lib/replies.ts';
import { expect, ready, signIn, test, visit } from '../lib/test.ts';

test('the queue is worked to nothing by keys, and what was discarded comes back', async ({ page }) => {
  test.setTimeout(180_000);
  const office = await Office.filled(60);
  try {
    await signIn(page, office);
    await importReplies(page, office);
    await ready(page);
    const many = await waiting(page);
    expect(many).toBeGreaterThan(2);

    // One letter: chosen by key, discarded, taken back.
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(page.getByRole('button', { name: 'Discard 1 letter' })).toBeVisible();
    await page.keyboard.press('e');
    await expect(page.getByText('1 letter discarded.')).toBeVisible();
    expect(await waiting(page)).toBe(many - 1);
    await ready(page);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('1 letter in the queue again.')).toBeVisible();
    expect(await waiting(page)).toBe(many);

    // Two at once: tried again with the same outcome, then taken.
    await ready(page);
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await expect(page.getByRole('button', { name: 'Try again 2 letters' })).toBeVisible();
    await page.keyboard.press('r');
    await expect(page.getByText('The rules looked at 2 letters again, with the same outcome.')).toBeVisible();

    // A letter of its own: the next follows by itself.
    await ready(page);
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/management\/\d+-\d+/);
    await ready(page);
    const first = page.url();
    await page.keyboard.press('t');
    await expect(page.getByText('You have taken 1 letter.')).toBeVisible();
    await ready(page);
    await page.keyboard.press('e');
    await expect(page.getByText('1 letter discarded.')).toBeVisible();
    expect(page.url().replace(/\?.*/, '')).not.toBe(first.replace(/\?.*/, ''));

    // The rest, page by page.
    await visit(page, office, '/management');
    for (let pages = 0; pages < 20 && (await waiting(page)) > 0; pages++) {
      await ready(page);
      await page.getByRole('checkbox', { name: 'All on this page' }).check();
      await page.getByRole('button', { name: /^Discard \d+ letters?$/ }).click();
      await expect(page.getByText(/letters? discarded\./)).toBeVisible();
    }
    expect(await waiting(page)).toBe(0);
    await expect(page.getByRole('heading', { name: 'Nothing waits' })).toBeVisible();
  } finally {
    await office.stop();
  }
});
