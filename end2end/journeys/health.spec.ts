// FP-29…FP-34, S1, S10: how the mailboxes fare is told at a glance, and what keeps a letter away is found, with and without JavaScript.
import { hale } from '../lib/letters.ts';
import { expect, fits, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
});

test('the accounts page begins with one sentence, and each account has its record', async ({ page, office }) => {
  await visit(page, office, '/accounts');
  await expect(page.getByRole('heading', { level: 2, name: 'The account is healthy and complete.' })).toBeVisible();
  await fits(page);
  await page.getByRole('main').getByRole('link', { name: 'Office', exact: true }).click();
  const record = page.getByRole('navigation', { name: 'On record' });
  await expect(record.getByRole('listitem')).toHaveCount(3);
  const tops = await record.getByRole('listitem').evaluateAll((items) => items.map((item) => parseFloat(getComputedStyle(item).marginTop)));
  expect(tops, 'the links stand on one line').toEqual([0, 0, 0]);
  await record.getByRole('link', { name: 'Collections, day by day' }).click();
  await expect(page.getByRole('img', { name: /new letters came in/ })).toBeVisible();
  await expect(page.getByRole('row').filter({ hasText: 'Went well' }).first()).toBeVisible();
  await fits(page);
  await page.goBack();
  await record.getByRole('link', { name: 'Hands-off certificate' }).click();
  await expect(page.getByRole('main')).toContainText('no command was sent that could change this mailbox');
  await fits(page);
});

test('a statement of the ledger is drawn up and can be printed', async ({ page, office }) => {
  await visit(page, office, '/accounts');
  await page.getByRole('main').getByRole('link', { name: 'Office', exact: true }).click();
  await page.getByRole('link', { name: 'Statements', exact: true }).click();
  await page.getByRole('button', { name: 'Draw one up now' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Statement of Office' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('of the audit trail holds this digest');
  await fits(page);
});

test('the checklist finds a misspelled address', async ({ page, office }) => {
  await visit(page, office, '/accounts');
  await page.getByRole('link', { name: 'No letters appear for a client?' }).click();
  await page.getByRole('textbox', { name: 'Address of whose letters do not appear' }).fill(hale.address.replace('hale', 'hael'));
  await page.getByRole('button', { name: 'Check' }).click();
  await expect(page.getByRole('main')).toContainText(`Did you mean ${hale.address}?`);
  await expect(page.getByRole('main')).toContainText('The mailbox is switched on.');
  await fits(page);
});
