// What somebody new meets first: letters high on the screen, a frame as tall as its letter, results that narrow by a click. Without JavaScript too.
import { hale } from '../lib/letters.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
});

test('a client begins with letters, and a short one is read in a short frame', async ({ page, office }) => {
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
  const first = await page.locator('.letter-row').first().boundingBox();
  expect(first?.y).toBeLessThan(340);
  await fits(page);
  // Letters from before this account are not news.
  await expect(page.locator('.letter-row[data-unread]')).toHaveCount(0);
  await page.getByRole('link', { name: 'Read here' }).first().click();
  const frame = page.locator('.letter-open iframe');
  await expect(frame).toHaveAttribute('data-wide', /^[0-3]$/);
  expect((await frame.boundingBox())?.height).toBeLessThan(340);
  await fits(page);
  await page.getByRole('link', { name: 'Open the letter, with its files and headers' }).click();
  await expect(page).toHaveURL(/\/messages\/\d+\?from=/);
});

test('results name their clients and are narrowed by a click', async ({ page, office }) => {
  await visit(page, office, '/search?q=after:2000');
  await expect(page.locator('.letter-row').getByRole('link', { name: hale.name }).first()).toBeVisible();
  await fits(page);
  await page.getByRole('navigation', { name: 'Narrow the results' }).getByRole('link', { name: /^Sent/ }).click();
  await expect(page).toHaveURL(/q=is%3Asent%20after%3A2000/);
  await expect(page.locator('.letter-row [data-direction="sent"]').first()).toBeVisible();
  await expect(page.locator('.letter-row [data-direction="received"]')).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Narrowed by' }).getByRole('link', { name: /is:sent/ }).click();
  await expect(page.locator('.letter-row [data-direction="received"]').first()).toBeVisible();
});
