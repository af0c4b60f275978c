// S19, TP-42: who waits for an answer is worked through and taken back, by keyboard; a letter goes to approved addresses only. With and
// without JavaScript.
import { hale, proposal } from '../lib/letters.ts';
import { expect, fits, mainLink, ready, signIn, test, visit } from '../lib/test.ts';

test('a letter that needs no answer leaves the list, and comes back', async ({ page, office }) => {
  await signIn(page, office);
  await (await mainLink(page, 'Unanswered')).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Unanswered' })).toBeVisible();
  await visit(page, office, '/unanswered?days=1');
  const waiting = page.getByRole('list', { name: 'Waiting for an answer' });
  const row = waiting.getByRole('listitem').filter({ hasText: hale.name });
  await expect(row).toHaveCount(1);
  await fits(page);
  // By keyboard: the button is a stop of its own, and its words say whom it is about.
  await row.getByRole('button', { name: /^Needs no answer/ }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It needs no answer.' })).toBeVisible();
  await ready(page);
  await expect(page.getByRole('list', { name: 'Waiting for an answer' }).getByRole('listitem').filter({ hasText: hale.name })).toHaveCount(0);
  await page.getByRole('listitem').filter({ hasText: hale.name }).getByRole('button', { name: /^Undo/ }).press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'It waits for an answer again.' })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Waiting for an answer' }).getByRole('listitem').filter({ hasText: hale.name })).toHaveCount(1);
  await fits(page);
});

test('without an approved address a letter cannot be forwarded, and the page says why', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await page.getByRole('main').getByRole('link', { name: proposal.subject, exact: true }).first().click();
  await expect(page.getByRole('heading', { level: 1, name: proposal.subject })).toBeVisible();
  const id = new URL(page.url()).pathname.split('/')[2];
  await visit(page, office, `/messages/${id}/forward`);
  await expect(page.getByText('This letter cannot be forwarded from here.')).toBeVisible();
  await expect(page.getByText('no approved address').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Forward' })).toHaveCount(0);
  await fits(page);
});
