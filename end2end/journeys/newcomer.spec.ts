// What somebody new meets first: letters high on the screen, a frame as tall as its letter, results that narrow by a click. Without JavaScript too.
import { hale } from '../lib/letters.ts';
import { letterRows } from '../lib/rows.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
});

test('a client begins with letters, and a short one is read in a short frame', async ({ page, office }) => {
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
  const first = await letterRows(page).first().boundingBox();
  expect(first?.y).toBeLessThan(340);
  await fits(page);
  // Letters from before this account are not news.
  await expect(letterRows(page).filter({ hasText: 'Not read yet' })).toHaveCount(0);
  await page.getByRole('link', { name: 'Read here' }).first().click();
  const frame = letterRows(page).getByTitle("The letter's text");
  await expect(frame).toHaveAttribute('data-wide', /^[0-3]$/);
  expect((await frame.boundingBox())?.height).toBeLessThan(340);
  await fits(page);
  await page.getByRole('link', { name: 'Open the letter, with its files and headers' }).click();
  await expect(page).toHaveURL(/\/messages\/\d+\?from=/);
});

test('results name their clients and are narrowed by a click', async ({ page, office }) => {
  await visit(page, office, '/search?q=after:2000');
  await expect(letterRows(page).getByRole('link', { name: hale.name }).first()).toBeVisible();
  await fits(page);
  await page.getByRole('navigation', { name: 'Narrow the results' }).getByRole('link', { name: /^Sent/ }).click();
  await expect(page).toHaveURL(/q=is%3Asent%20after%3A2000/);
  await expect(letterRows(page).getByText('Sent', { exact: true }).first()).toBeVisible();
  await expect(letterRows(page).getByText('Received', { exact: true })).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Narrowed by' }).getByRole('link', { name: /is:sent/ }).click();
  await expect(letterRows(page).getByText('Received', { exact: true }).first()).toBeVisible();
});
