// FC-29, FC-26: a letter is planned from a client's page, paused, and ended; what is due is opened filled in. By keyboard, with and without
// JavaScript.
import { hale } from '../lib/letters.ts';
import { pages } from '../lib/pages.ts';
import { expect, fits, mainLink, ready, signIn, test, visit } from '../lib/test.ts';

test('a letter is planned, paused, and ended', async ({ page, office }) => {
  await signIn(page, office);
  await pages['document text'](page, office);
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await page.getByRole('main').getByRole('link', { name: 'Plan a letter' }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: 'Plan a letter' })).toBeVisible();
  await ready(page);
  await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
  await page.getByLabel('Day', { exact: true }).fill('2034-01-31');
  await page.getByLabel('How often').selectOption('Every quarter');
  await page.getByLabel('It leaves by itself').check();
  await fits(page);
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'The letter is planned.' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('2034-01-31 at 09:00');
  await expect(page.getByRole('main')).toContainText(`Dear ${hale.name}`);
  await fits(page);

  await (await mainLink(page, 'Actions')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Actions' })).toBeVisible();
  await page.getByRole('link', { name: /^Coming/ }).click();
  const row = page.getByRole('list', { name: 'Letters to come' }).getByRole('listitem').filter({ hasText: '2034-01-31' });
  await expect(row).toContainText('Every quarter');
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
  await expect(page.getByRole('main')).toContainText('No letter leaves on');
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'End it for good' }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It has ended.' })).toBeVisible();
});

test('a letter without a day is refused, and what was chosen stays', async ({ page, office }) => {
  await signIn(page, office);
  await pages['document text'](page, office);
  await visit(page, office, '/actions/new?client=1');
  await ready(page);
  await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
  await page.getByLabel('How often').selectOption('Every year');
  await page.getByRole('button', { name: 'Plan it' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('Enter a day that exists');
  await ready(page);
  await expect(page.getByLabel('How often')).toHaveValue('year');
  await expect(page.getByLabel('Text', { exact: true })).not.toHaveValue('');
  await fits(page);
});
