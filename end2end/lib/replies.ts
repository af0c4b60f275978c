// An account that imports replies, with the letters that are here already.
import type { Page } from '@playwright/test';
import { ada, type Office } from './office.ts';
import { shareWith } from './share.ts';
import { expect, ready, visit } from './test.ts';

/** How many letters wait, as the page says. */
export async function waiting(page: Page): Promise<number> {
  const words = await page.getByRole('main').getByRole('link', { name: /^Waiting \(/ }).innerText();
  return Number(words.replace(/\D/g, ''));
}

/** Replies of reservations are imported; ends on Email Management, where letters wait. */
export async function importReplies(page: Page, office: Office): Promise<void> {
  await visit(page, office, '/accounts');
  await page.getByRole('main').getByRole('link', { name: 'Office', exact: true }).first().click();
  await page.waitForURL(/\/accounts\/\d+/);
  await shareWith(page, ada.name);
  await page.goto(`${page.url().replace(/[?#].*/, '')}/import`);
  await ready(page);
  await page.getByRole('checkbox', { name: 'Import', exact: true }).check();
  await page.getByRole('checkbox', { name: /already/ }).check();
  await page.getByRole('checkbox', { name: 'Reservations' }).first().check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  // The rules look at the letters at their next turn.
  await expect
    .poll(
      async () => {
        await visit(page, office, '/management');
        return await waiting(page);
      },
      { timeout: 60_000 },
    )
    .toBeGreaterThan(3);
}
