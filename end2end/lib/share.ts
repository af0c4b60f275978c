// An account of the office shows its letters in full to those it is shared with alone.
import type { Page } from '@playwright/test';
import { expect, ready } from './test.ts';

/** From an account's page: shares it with a person, and comes back to the page without its tab. */
export async function shareWith(page: Page, name: string): Promise<void> {
  const account = page.url().replace(/[?#].*/, '');
  await page.goto(`${account}?tab=ledger`);
  await ready(page);
  await page.getByRole('checkbox', { name }).check();
  await page.getByRole('button', { name: 'Save sharing' }).click();
  await expect(page.getByText('Sharing is saved.')).toBeVisible();
  await page.goto(account);
}
