// What is typed is saved by itself; a second window is told, and nothing is overwritten silently (FC-20).
import type { Route } from '@playwright/test';
import { Office } from '../lib/office.ts';
import { test as base, expect, ready, signIn } from '../lib/test.ts';
import { begin, held, newLetter } from '../lib/writing.ts';

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

test('a letter is saved while it is typed, and another window is told', async ({ page, context, own }) => {
  await begin(page, own);
  const other = await context.newPage();
  await other.goto(page.url());
  await ready(other);
  await page.getByLabel('Letter', { exact: true }).fill('typed here');
  await expect(page.getByText(/^Saved \d\d:\d\d$/)).toBeVisible();
  await other.getByLabel('Letter', { exact: true }).fill('typed there');
  await expect(other.getByText('This letter was saved in another window.')).toBeVisible();
  await other.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(other.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText('another window');
  await expect(other.getByText('typed here')).toBeVisible();
  await expect(other.getByLabel('Letter', { exact: true })).toHaveValue('typed there');
  await page.reload();
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue('typed here');

  // Both stand there to be compared: typing on chooses nothing, a button does.
  await ready(other);
  await other.clock.install();
  let saves = 0;
  other.on('request', (request) => {
    if (request.url().endsWith('/api/compose/autosave')) saves += 1;
  });
  await other.getByLabel('Letter', { exact: true }).fill('typed there again');
  await expect(other.getByText('Nothing is saved by itself until you choose.')).toBeVisible();
  // Longer than the pause after which it would be saved.
  await other.clock.fastForward(5_000);
  expect(saves, 'saves by itself').toBe(0);
  await page.reload();
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue('typed here');
  await other.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(other.getByRole('status').first()).toContainText('saved');
  await expect(other.getByLabel('Letter', { exact: true })).toHaveValue('typed there again');
});

// FC-20: the window that saves is never told that another one did.
test('a letter that is sent while it is being saved waits, and goes with what was saved', async ({ page, own }) => {
  await begin(page, own);
  const saving = await held(page, '**/api/compose/autosave');
  await page.getByLabel('Subject').fill('The lease');
  await saving.asked;
  await page.getByLabel('Subject').fill('The lease of June');
  const button = page.getByRole('button', { name: 'Save as draft' }).last();
  await button.click();
  await expect(button).toHaveAttribute('aria-busy', 'true');
  saving.letThrough();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(page.getByText('another window')).toHaveCount(0);
  await expect(page.getByLabel('Subject')).toHaveValue('The lease of June');
});

// FC-20: where a letter waits for a save that is refused, the page is not left.
test('a letter that waits for a save that is refused stays, with its words', async ({ page, own }) => {
  await begin(page, own);
  let refuse = (): void => {};
  const may = new Promise<void>((done) => {
    refuse = done;
  });
  const over = async (route: Route): Promise<void> => {
    await may;
    await route.fulfill({ status: 401 });
  };
  await page.route('**/api/compose/autosave', over, { times: 1 });
  const asked = page.waitForRequest('**/api/compose/autosave');
  await page.getByLabel('Subject').fill('The lease of June');
  await asked;
  const button = page.getByRole('button', { name: 'Save as draft' }).last();
  await button.click();
  await expect(button).toHaveAttribute('aria-busy', 'true');
  refuse();
  await expect(page.getByRole('status').filter({ hasText: 'your session has ended' })).toContainText('The letter was not saved.');
  await expect(button).not.toHaveAttribute('aria-busy', 'true');
  await expect(page.getByLabel('Subject')).toHaveValue('The lease of June');
});

// FC-20: a session that ends while somebody writes costs no word.
test('a letter is saved after signing in again in another window', async ({ page, context, own }) => {
  await begin(page, own);
  const subject = page.getByLabel('Subject');
  const button = page.getByRole('button', { name: 'Save as draft' }).last();
  await context.clearCookies();
  await subject.fill('The lease of June');
  await expect(page.getByRole('status').filter({ hasText: 'your session has ended' })).toBeVisible();
  await button.click();
  await expect(page.getByRole('status').filter({ hasText: 'your session has ended' })).toContainText('The letter was not saved.');
  await expect(subject).toHaveValue('The lease of June');
  const other = await context.newPage();
  await signIn(other, own);
  await button.click();
  await expect(page.getByText('The draft is saved.')).toBeVisible();
  await expect(subject).toHaveValue('The lease of June');

  // Where nothing was typed while nobody was signed in, this page knows of no other session.
  await ready(page);
  await context.clearCookies();
  await signIn(other, own);
  await subject.fill('The lease of July');
  await button.click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText('you have signed in again');
  await expect(subject).toHaveValue('The lease of July');
  await ready(page);
  await button.click();
  await expect(page.getByText('The draft is saved.')).toBeVisible();
  await expect(subject).toHaveValue('The lease of July');
});

// FC-20: whoever comes back to a letter after the session has ended, adds a line and sends it, is not led away from it.
test('a letter that is sent after a long pause stays where nobody is signed in any more', async ({ page, context, own }) => {
  await signIn(page, own);
  await page.clock.install();
  await newLetter(page, own);
  await page.clock.fastForward('15:00');
  await context.clearCookies();
  await page.getByLabel('Subject').fill('The lease of June');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page.getByRole('status').filter({ hasText: 'your session has ended' })).toContainText('The letter was not sent.');
  await expect(page.getByLabel('Subject')).toHaveValue('The lease of June');
});
