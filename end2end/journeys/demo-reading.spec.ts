// The reading of an office, on the demo: clients, history, search, the letter, people, health (FP-05 to FP-07, FP-26 to FP-34, S1 to S3, S11).
// With and without JavaScript, at a desk and on a telephone, light and dark.
import type { Page } from '@playwright/test';
import { Demo } from '../lib/demo.ts';
import { expect, fits, ready, test } from '../lib/test.ts';

let demo: Demo;

test.beforeAll(async ({ browser }) => {
  test.setTimeout(180_000);
  demo = await Demo.start();
  const page = await browser.newPage();
  await signIn(page, 'Ada Bell (administrator)');
  // Everything is collected, and searchable.
  await expect(async () => {
    await page.goto(`${demo.url}/accounts`);
    await expect(page.getByRole('row').filter({ hasText: 'Frank Osei' })).toContainText('Needs its password', { timeout: 500 });
    await expect(page.getByText('Collecting')).toHaveCount(0, { timeout: 500 });
    await page.goto(`${demo.url}/search?q=from:pemberton+roof`);
    await expect(page.getByRole('main')).toContainText(/(?:[2-9]|\d\d+) letters with/, { timeout: 500 });
    await expect(page.getByText('not searchable yet')).toHaveCount(0, { timeout: 500 });
  }).toPass({ timeout: 120_000 });
  await page.close();
});

test.afterAll(() => demo.stop());

test('the last sent letter with a file is found among a client\'s letters, and its file is looked at', async ({ page }) => {
  await signIn(page, 'Ben Carter (staff)');
  await go(page, '/clients?words=hale');
  await page.getByRole('link', { name: 'Margaret and Thomas Hale' }).click();
  await page.getByRole('navigation', { name: 'Direction' }).getByRole('link', { name: 'Sent' }).click();
  await expect(page).toHaveURL(/direction=sent/);
  await ready(page);
  await page.getByRole('main').getByText('Filter', { exact: true }).click();
  await page.getByRole('checkbox', { name: 'With files only' }).check();
  await page.getByRole('button', { name: 'Show', exact: true }).click();
  await expect(page).toHaveURL(/files=(yes|1)/);
  await fits(page);
  const first = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Read here' }).first();
  await expect(first).toContainText('Sent');
  await expect(first).toContainText(/\d+ files?/);
  await first.getByRole('link').first().click();
  await expect(page.getByRole('heading', { level: 2, name: /^\d+ files?$/ })).toBeVisible();
  await expect(page.getByTitle('The letter\'s text')).toBeVisible();
  await fits(page);
});

test('a letter on two files says so on both, and why', async ({ page }) => {
  await signIn(page, 'Ada Bell (administrator)');
  await go(page, '/clients?words=pemberton');
  await page.getByRole('link', { name: 'The Pemberton Family Trust' }).click();
  await expect(page.getByRole('main')).toContainText('Also on file for Cecily Pemberton');
  const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Why is this here?' }).first();
  await row.getByText('Why is this here?').click();
  await expect(row).toContainText(/: \S+@\S+ is the (client's own|partner's) address \d/);
  await row.getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'In the history of' })).toBeVisible();
  await fits(page);
});

test('a search is narrowed down by sender and year, and each result leads to the next', async ({ page }) => {
  await signIn(page, 'Ada Bell (administrator)');
  await go(page, '/');
  await page.getByRole('searchbox', { name: 'Search letters' }).fill('from:pemberton roof');
  await page.getByRole('searchbox', { name: 'Search letters' }).press('Enter');
  await expect(page.getByRole('main')).toContainText(/\d+ letters with “from:pemberton roof”/);
  await expect(page.locator('main mark').first()).toContainText(/roof/i);
  await fits(page);
  await page.getByRole('navigation', { name: 'Order' }).getByRole('link', { name: 'Best first' }).click();
  await expect(page).toHaveURL(/sort=best/);
  await page.goBack();
  await page.getByRole('main').getByRole('link', { name: /roof/i }).first().click();
  await page.getByRole('navigation', { name: 'List' }).getByRole('link', { name: /^Older/ }).click();
  await page.getByRole('navigation', { name: 'List' }).getByRole('link', { name: /^Back to/ }).click();
  await expect(page).toHaveURL(/\/search\?/);
});

test('what a letter carries is told: who states what, where it was seen, all its headers', async ({ page }) => {
  await signIn(page, 'Ada Bell (administrator)');
  await go(page, '/search?q=subject:fund+subject:switch');
  await page.getByRole('main').getByRole('link', { name: /Re: .*Fund switch/ }).first().click();
  await expect(page.getByRole('heading', { name: 'Conversation' })).toBeVisible();
  await expect(page.getByRole('heading', { name: /^Seen in \d+ places?$/ })).toBeVisible();
  await fits(page);
});

test('an account that needs somebody says why, and its missing letters are explained', async ({ page }) => {
  await signIn(page, 'Ada Bell (administrator)');
  await go(page, '/accounts');
  const overall = page.getByRole('region', { name: 'Overall' });
  await expect(overall).toContainText('Frank Osei');
  await overall.getByRole('link', { name: 'Frank Osei (left)' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Frank Osei (left)' })).toBeVisible();
  await expect(page.getByText('The mail server refused the user name or password.').first()).toBeVisible();
  await fits(page);
});

test('what staff may not do is not offered to them, and is refused by address', async ({ page }) => {
  await signIn(page, 'Ben Carter (staff)');
  await go(page, '/settings');
  await expect(page.getByRole('main').getByRole('link', { name: /People/ })).toHaveCount(0);
  const answer = await page.goto(`${demo.url}/settings/people`);
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await fits(page);
});

async function go(page: Page, path: string): Promise<void> {
  await page.goto(demo.url + path);
  await ready(page);
}

async function signIn(page: Page, who: string): Promise<void> {
  await page.goto(`${demo.url}/sign-in`);
  await page.getByRole('button', { name: `Sign in as ${who}` }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}
