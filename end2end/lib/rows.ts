// Letters in a list.
import type { Locator, Page } from '@playwright/test';

/** The rows of letters that one may open. What stands under a row is no row of its own. */
export function letterRows(page: Page): Locator {
  return page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('link', { name: /^(Read here|Close)$/ }) });
}

/** The row of a letter. */
export function letterRow(page: Page, subject: string): Locator {
  return letterRows(page).filter({ has: page.getByRole('link', { name: subject, exact: true }) });
}

/** The menu under the name of whoever is signed in. */
export function ownMenu(page: Page): Locator {
  return page.getByRole('banner').getByLabel(/^Menu of /);
}
