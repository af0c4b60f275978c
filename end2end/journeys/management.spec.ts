// Email Management with plain forms: letters are chosen, discarded, taken back; one is read on its own page.
import { Office } from '../lib/office.ts';
import { importReplies, waiting } from '../lib/replies.ts';
import { expect, ready, signIn, test } from '../lib/test.ts';

test('letters that were not imported are dealt with, and what was decided is taken back', async ({ page }) => {
  test.setTimeout(120_000);
  const office = await Office.filled(60);
  try {
    await signIn(page, office);
    await importReplies(page, office);
    await ready(page);
    const many = await waiting(page);

    const boxes = page.getByRole('checkbox', { name: /^Choose / });
    await boxes.nth(0).check();
    await boxes.nth(1).check();
    await page.getByRole('button', { name: /^Discard (chosen|2 letters)$/ }).click();
    await expect(page.getByText('2 letters discarded.')).toBeVisible();
    expect(await waiting(page)).toBe(many - 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(page.getByText('2 letters in the queue again.')).toBeVisible();
    expect(await waiting(page)).toBe(many);

    // One letter: why it waits, its text in a frame, a discard with a reason; it stands under Done with that reason.
    const letter = page.getByRole('listitem').filter({ has: boxes.first() }).getByRole('link').first();
    const subject = await letter.innerText();
    await letter.click();
    await expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
    await expect(page.getByTitle("The letter's text")).toBeVisible();
    await ready(page);
    await page.getByRole('textbox', { name: /^Reason/ }).fill('An advertisement');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect(page.getByText('1 letter discarded.')).toBeVisible();
    await page.goto(`${office.url}/management?state=done`);
    await page.getByRole('main').getByRole('link', { name: subject, exact: true }).first().click();
    await expect(page.getByText(/Discarded by .*: An advertisement/)).toBeVisible();
    await page.getByRole('button', { name: 'Take it back into the queue' }).click();
    await expect(page.getByText('1 letter in the queue again.')).toBeVisible();
  } finally {
    await office.stop();
  }
});
