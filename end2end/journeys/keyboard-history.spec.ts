// A history with the keyboard alone (FP-06, FP-07, FP-26, FP-27, S2): filtered, grouped, explained, decided by hand, taken along. Without
// JavaScript too.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { answer, changed, question, test } from '../lib/exchange.ts';
import { comeIn, follow, press, skip, tabTo, tick, type, typeDay } from '../lib/keys.ts';
import { hale } from '../lib/letters.ts';
import { letterRow } from '../lib/rows.ts';
import { alive, expect, fits, ready } from '../lib/test.ts';

test.beforeEach(async ({ page, own }) => {
  await comeIn(page, own);
  await skip(page);
  await follow(page, page.getByRole('link', { name: hale.name }));
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
});

/** What a page says was done. */
const done = (page: Page, words: string) => expect(page.getByRole('status').filter({ hasText: words })).toBeVisible();

test('letters are filtered, and the filters kept under a name', async ({ page }) => {
  await follow(page, page.getByRole('navigation', { name: 'Direction' }).getByRole('link', { name: 'Sent' }));
  await press(page, page.getByText('Filter', { exact: true }));
  await typeDay(page, page.getByLabel('From day'), '2020-02-03');
  await tick(page, page.getByLabel('With files only'));
  await follow(page, page.getByRole('button', { name: 'Show', exact: true }));
  await expect(page).toHaveURL(/direction=sent.*from=2020-02-03.*files=1/);
  await expect(page.getByRole('status').filter({ hasText: 'with these filters' })).toBeVisible();
  await fits(page);

  await test.step('kept, taken away, called up again, deleted', async () => {
    await press(page, page.getByText('Save these filters'));
    await type(page, page.getByLabel('Name', { exact: true }), '');
    await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
    await expect(page.getByRole('alert')).toContainText('There is a problem');
    await type(page, page.getByLabel('Name', { exact: true }), 'Sent papers');
    await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
    await done(page, 'The filters are saved');
    await follow(page, page.getByRole('link', { name: 'Clear filters' }));
    await follow(page, page.getByRole('navigation', { name: 'Saved filters' }).getByRole('link', { name: 'Sent papers' }));
    await expect(page).toHaveURL(/direction=sent/);
    await follow(page, page.getByRole('navigation', { name: 'Filters chosen' }).getByRole('link', { name: 'With files' }));
    await expect(page).not.toHaveURL(/files=1/);
    await press(page, page.getByText('Delete saved filters'));
    await follow(page, page.getByRole('button', { name: 'Delete “Sent papers”' }));
    await done(page, 'The saved filter is deleted');
  });
});

test('letters are grouped by conversation, variants are laid side by side, one is read in its row', async ({ page }) => {
  await follow(page, page.getByRole('navigation', { name: 'A row for each' }).getByRole('link', { name: 'Conversations' }));
  await press(page, letterRow(page, answer.subject).getByText('2 earlier letters'));
  await tabTo(page, letterRow(page, answer.subject).getByRole('link', { name: question.subject }));
  await follow(page, page.getByRole('navigation', { name: 'A row for each' }).getByRole('link', { name: 'Letters', exact: true }), { back: true });
  await press(page, letterRow(page, changed.subject).getByText('1 variant'));
  await follow(page, letterRow(page, changed.subject).getByRole('link', { name: 'Side by side' }));
  await expect(page.getByRole('region', { name: 'Headers that differ' })).toContainText('July');
  await fits(page);
  await page.goBack();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
  const read = letterRow(page, answer.subject).getByRole('link', { name: 'Read here' });
  await (alive() ? press : follow)(page, read);
  await expect(page.getByTitle("The letter's text").contentFrame().getByText('Dear Margaret, June it is.')).toBeVisible();
  if (alive()) {
    // The focus stays where it was, and closes what it has opened.
    await expect(letterRow(page, answer.subject).getByRole('link', { name: 'Close' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByTitle("The letter's text")).toHaveCount(0);
  }
  await fits(page);
});

test('why a letter is here is told, it is kept off with a reason, and given back', async ({ page }) => {
  const here = 'Figures for the review';
  await press(page, letterRow(page, here).getByText('Why is this here?'));
  await expect(letterRow(page, here)).toContainText("is the partner's address 1");
  await follow(page, letterRow(page, here).getByRole('link', { name: 'Keep it off this client' }));
  await expect(page.getByLabel('Keep it off')).toBeChecked();
  await type(page, page.getByLabel('Why?'), '');
  await follow(page, page.getByRole('button', { name: 'Decide' }));
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await expect(page.getByLabel('Keep it off'), 'the choice is kept').toBeChecked();
  await type(page, page.getByLabel('Why?'), 'About the pottery alone');
  await fits(page);
  await follow(page, page.getByRole('button', { name: 'Decide' }));
  await done(page, 'The letter is kept off this client.');
  await expect(letterRow(page, here)).toHaveCount(0);
  await follow(page, page.getByRole('link', { name: '1 letter kept off by hand' }));
  // The mailbox is not Ada's own: what was decided about the letter is all that is told of it now.
  await press(page, page.getByText('Why is this not here?'));
  await expect(page.getByText('About the pottery alone')).toBeVisible();
  await follow(page, page.getByRole('link', { name: 'Change or undo' }));
  await follow(page, page.getByRole('button', { name: 'Undo' }));
  await done(page, 'Undone: the addresses decide about this letter again.');
});

test('a letter that is not here is explained, and a past day is looked at', async ({ page }) => {
  await follow(page, page.getByRole('link', { name: 'Is a letter missing? Ask why' }));
  await type(page, page.getByLabel('Sender'), '');
  await follow(page, page.getByRole('button', { name: 'Ask', exact: true }));
  await expect(page.getByRole('alert')).toContainText('Say who sent it');
  await type(page, page.getByLabel('Sender'), 'samir');
  await follow(page, page.getByRole('button', { name: 'Ask', exact: true }));
  await expect(page.getByText('none of its addresses is on file there').first()).toBeVisible();
  await follow(page, page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: hale.name }));
  await press(page, page.getByText('Filter', { exact: true }));
  const today = new Date().toISOString().slice(0, 10);
  await typeDay(page, page.getByLabel('As at day'), today);
  await follow(page, page.getByRole('button', { name: 'Show', exact: true }));
  const written = new Date(`${today}T00:00Z`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  await expect(page.getByText(`As at the end of ${written}, a day of the office.`)).toBeVisible();
  await fits(page);
});

test('a history is taken along as a file and as a sheet', async ({ page }) => {
  await press(page, page.getByText('Print, download'));
  const download = page.waitForEvent('download');
  await press(page, page.getByRole('link', { name: 'Download this history (.mbox)' }));
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/\.mbox$/);
  expect(await readFile(await file.path(), 'utf8')).toMatch(/^From .*\n[\s\S]*Subject: /);
  await follow(page, page.getByRole('link', { name: 'Print this history' }), { back: true });
  await expect(page.getByRole('row').filter({ hasText: 'Figures for the review' })).toContainText('Outgoings.csv');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
});
