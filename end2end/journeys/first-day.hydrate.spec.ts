// The main job, end to end (FP-10 to FP-34, S1, S7, S9): from the one-time link to a client's letter, sure that nothing is missing.
import type { Page } from '@playwright/test';
import { clients, collect, connect, folders, setUp } from '../lib/beginnings.ts';
import { hale, proposal } from '../lib/letters.ts';
import { expect, ready, test } from '../lib/test.ts';

test('a newcomer connects a mailbox, collects all of it and reads a client\'s correspondence', async ({ page, emptyOffice: office }) => {
  test.slow();
  await test.step('set up', () => setUp(page, office));
  await test.step('connect with a wrong port; the doctor mends it', () => connect(page, office));
  await test.step('choose folders and rehearse', () => folders(page));
  await test.step('collect, with progress, until nothing is missing', () => collect(page));
  await test.step('import clients', () => clients(page, office));
  await test.step('read the history and a letter', () => read(page));
  await test.step('search', () => search(page));
});

async function read(page: Page): Promise<void> {
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await page.getByRole('link', { name: proposal.subject, exact: true }).click();
  await expect(page.getByTitle('The letter\'s text').contentFrame().getByText('keep the pension')).toBeVisible();
}

async function search(page: Page): Promise<void> {
  await ready(page);
  await page.keyboard.press('/');
  await page.keyboard.type(proposal.word);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search/);
  // The index follows the collection within seconds.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
}
