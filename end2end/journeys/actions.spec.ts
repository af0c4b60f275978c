// FC-29, FC-26: a letter is planned from a client's page, paused, and ended; what is due is opened filled in, or given up. By keyboard, with
// and without JavaScript.
import { hale } from '../lib/letters.ts';
import { Office } from '../lib/office.ts';
import { pages } from '../lib/pages.ts';
import { test as base, expect, fits, mainLink, ready, signIn, visit } from '../lib/test.ts';

/** With an office of these tests alone: they plan letters. */
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

const today = new Date().toLocaleDateString('sv-SE');
const written = (day: string) => new Date(`${day}T12:00:00`).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' });
const nextYear = `${new Date().getFullYear() + 1}-01-31`;
const lastDay = `${new Date().getFullYear() + 1}-12-31`;

test('a letter is planned, paused, and ended after a look', async ({ page, own }) => {
  await signIn(page, own);
  await pages['document text'](page, own);
  await visit(page, own, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await page.getByRole('main').getByRole('link', { name: 'Plan a letter' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Plan a letter' })).toBeVisible();
  await ready(page);
  await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
  await page.getByLabel('Day', { exact: true }).fill(nextYear);
  // What is sent once has no last day.
  await expect(page.getByLabel('Last day')).toBeHidden();
  await page.getByLabel('How often').selectOption('Every quarter');
  await page.getByLabel('Last day').fill(lastDay);
  await page.getByLabel('It leaves by itself').check();
  await fits(page);
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'The letter is planned.' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`${written(nextYear)} at 09:00`);
  await expect(page.getByRole('main')).toContainText(`Dear ${hale.name}`);
  await fits(page);

  await (await mainLink(page, 'Actions')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Actions' })).toBeVisible();
  await page.getByRole('link', { name: /^Coming/ }).click();
  const row = page.getByRole('list', { name: 'Letters to come' }).getByRole('listitem').filter({ hasText: written(nextYear) });
  await expect(row).toContainText(`Every quarter until ${written(lastDay)}`);
  await fits(page);
  await row.getByRole('link', { name: 'Reminder' }).click();
  await ready(page);
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It is paused.' })).toBeVisible();
  await ready(page);
  await page.getByRole('button', { name: 'Go on' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It goes on.' })).toBeVisible();
  await ready(page);
  await page.getByRole('link', { name: 'End', exact: true }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'End a planned letter' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`No letter leaves on ${written(nextYear)} or later.`);
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'End it for good' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It has ended.' })).toBeVisible();
});

test('a letter whose day has come waits to be opened, and is given up after a look', async ({ page, own }) => {
  await signIn(page, own);
  await pages['document text'](page, own);
  await visit(page, own, '/actions/new?client=1');
  await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
  await page.getByLabel('Day', { exact: true }).fill(today);
  await page.getByLabel('Time', { exact: true }).fill('00:00');
  await page.getByLabel('It waits to be opened for edit').check();
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'The letter is planned.' })).toBeVisible();
  const row = page.getByRole('list', { name: 'Letters by day' }).getByRole('listitem').filter({ hasText: written(today) });
  await expect(async () => {
    await visit(page, own, '/actions');
    await expect(row).toBeVisible({ timeout: 1000 });
  }).toPass();
  await expect(row.getByRole('button', { name: 'Open for edit' })).toBeVisible();
  await fits(page);
  await row.getByRole('link', { name: 'Give up' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Give up a letter' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`Nothing leaves for ${written(today)}, and it cannot be tried again.`);
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'Give it up' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It is given up.' })).toBeVisible();
  await expect(row).toHaveCount(0);
});

test('a letter without a day is refused, and what was chosen stays', async ({ page, own }) => {
  await signIn(page, own);
  await pages['document text'](page, own);
  await visit(page, own, '/actions/new?client=1');
  await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
  await page.getByLabel('How often').selectOption('Every year');
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Enter a day that exists');
  await ready(page);
  await expect(page.getByLabel('How often')).toHaveValue('year');
  await expect(page.getByLabel('Text', { exact: true })).not.toHaveValue('');
  await fits(page);
});
