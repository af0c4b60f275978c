// A history is read by conversation, with variants under one row; unread letters stand out; the whole of it is printed. Without JavaScript too.
import { answer, changed, question, test } from '../lib/exchange.ts';
import { hale } from '../lib/letters.ts';
import { expect, fits, ready, signIn, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, own }) => {
  await signIn(page, own);
  await visit(page, own, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
});

test('a history is grouped by conversation, and a conversation opens under its row', async ({ page }) => {
  await page.getByRole('link', { name: 'Conversations' }).click();
  await expect(page).toHaveURL(/group=conversation/);
  await expect(page.getByRole('status')).toContainText(/\d+ letters in \d+ conversations/);
  const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: answer.subject, exact: true }) }).first();
  await expect(row).toContainText('3 letters');
  await expect(row.getByRole('link', { name: question.subject })).toBeHidden();
  await row.getByText('2 earlier letters').click();
  await fits(page);
  await row.getByRole('link', { name: question.subject }).click();
  // From the first letter on, what came later is found too.
  await expect(page.getByRole('heading', { level: 1, name: question.subject })).toBeVisible();
  await expect(page.getByRole('main').getByRole('link', { name: answer.subject }).first()).toBeVisible();
});

test('letters of one Message-ID stand under one row', async ({ page }) => {
  await expect(page.getByRole('link', { name: question.subject })).toBeHidden();
  const row = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: changed.subject }) }).first();
  await row.getByText('1 variant').click();
  await expect(row.getByRole('link', { name: question.subject })).toBeVisible();
  await fits(page);
  await row.getByRole('link', { name: 'Side by side' }).click();
  await expect(page).toHaveURL(/\/compare\?with=/);
});

test('what was opened is unread no more, and can be left out', async ({ page }) => {
  const here = page.url().replace(/[?#].*/, '');
  // Letters from before somebody came count as read: one is marked unread.
  const letter = page.getByRole('link', { name: 'Yes, please go ahead', exact: true });
  await letter.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Yes, please go ahead' })).toBeVisible();
  await ready(page);
  await page.getByRole('button', { name: 'Mark as unread' }).click();
  await expect(page).toHaveURL(/\/clients\//);
  await page.goto(`${here}?unread=1`);
  await letter.click();
  await expect(page.getByRole('heading', { level: 1, name: 'Yes, please go ahead' })).toBeVisible();
  await page.goto(`${here}?unread=1`);
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await expect(letter).toHaveCount(0);
  await page.getByRole('navigation', { name: 'Filters chosen' }).getByRole('link', { name: 'Unread', exact: false }).click();
  await expect(letter).toBeVisible();
});

test('a history is printed as a table, every letter a line', async ({ page }) => {
  await page.getByRole('navigation', { name: 'Direction' }).getByRole('link', { name: 'Sent' }).click();
  await expect(page).toHaveURL(/direction=sent/);
  await page.getByText('Print, download').click();
  await page.getByRole('link', { name: 'Print these letters' }).click();
  await expect(page.getByText('Only: Sent.')).toBeVisible();
  const row = page.getByRole('row').filter({ hasText: 'Letter of authority: Hale' });
  await expect(row).toContainText('Letter of authority.pdf');
  await expect(row).toContainText('Cc: margaret.hale@example.org is the client\'s own address 1');
  await fits(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('link', { name: 'Clients', exact: true }).first()).toBeHidden();
  await expect(row).toBeVisible();
});
