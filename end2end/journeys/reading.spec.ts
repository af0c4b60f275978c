// FP-06, FP-07, FP-26, FP-27, S2: a client's correspondence is found and read, with and without JavaScript.
import { hale, proposal } from '../lib/letters.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
});

test('a client is found by part of the name, and the history begins with the newest letter', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Find a client' }).fill('hale');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  const letters = page.getByRole('main').getByRole('listitem').filter({ has: page.getByText('Why is this here?') });
  await expect(letters.first()).toContainText('Grüße from the coast – and a question');
  await expect(letters.first()).toContainText('Received');
  await expect(letters.nth(2)).toContainText('Sent');
  await fits(page);
});

test('each letter says why it is there', async ({ page, office }) => {
  await openHistory(page, office);
  const row = page.getByRole('listitem').filter({ hasText: 'Figures for the review' }).first();
  await row.getByText('Why is this here?').click();
  await expect(row).toContainText('From: thomas@hale-pottery.example is the partner\'s address 1');
});

test('a letter seen in two folders stands there once', async ({ page, office }) => {
  await openHistory(page, office);
  await expect(page.getByRole('link', { name: 'Yes, please go ahead' })).toHaveCount(1);
  await expect(page.getByRole('listitem').filter({ hasText: 'Yes, please go ahead' }).first()).toContainText('Seen in 2 places');
});

test('the filters stand in the address bar', async ({ page, office }) => {
  await openHistory(page, office);
  await page.getByRole('navigation', { name: 'Direction' }).getByRole('link', { name: 'Sent' }).click();
  await expect(page).toHaveURL(/direction=sent/);
  await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Yes, please go ahead' })).toHaveCount(0);
  await page.goBack();
  await expect(page.getByRole('link', { name: 'Yes, please go ahead' })).toBeVisible();
});

test('a letter opens with its people, files and text, and its frame can do nothing', async ({ page, office }) => {
  await openHistory(page, office);
  await page.getByRole('link', { name: proposal.subject, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: proposal.subject })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Margaret Hale <margaret.hale@example.org>');
  const frame = page.getByTitle('The letter\'s text');
  await expect(frame).toHaveAttribute('sandbox', /^(allow-popups allow-popups-to-escape-sandbox)?$/);
  await expect(frame.contentFrame().getByText('keep the pension')).toBeVisible();
  await expect(frame.contentFrame().getByRole('img', { name: 'Income by year' })).toHaveAttribute('src', /^data:image\/png/);
  await expect(page.getByText('Pictures from the network are not shown')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: proposal.file }).click();
  expect((await download).suggestedFilename()).toBe(proposal.file);
  await fits(page);
});

test('a word of the letter finds it', async ({ page }) => {
  await page.getByRole('searchbox', { name: 'Search letters' }).fill(proposal.word);
  await page.getByRole('searchbox', { name: 'Search letters' }).press('Enter');
  await expect(page).toHaveURL(/\/search\?q=/);
  await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible();
  await expect(page.locator('mark').first()).toHaveText(new RegExp(proposal.word, 'i'));
  await fits(page);
});

async function openHistory(page: import('@playwright/test').Page, office: import('../lib/office.ts').Office): Promise<void> {
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
}
