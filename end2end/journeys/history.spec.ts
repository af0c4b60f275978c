// S2, FP-04: a history is narrowed down, a letter is kept off and given back, a missed letter is explained; with and without JavaScript.
import { hale } from '../lib/letters.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

test.beforeEach(async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
});

test('a filter is taken away by itself, and a day that is none is named', async ({ page }) => {
  const here = page.url().replace(/[?#].*/, '');
  await page.goto(`${here}?direction=sent&from=2001-01-01`);
  await page.getByRole('navigation', { name: 'Filters chosen' }).getByRole('link', { name: 'From 1 January 2001' }).click();
  await expect(page).toHaveURL(/\?direction=sent$/);
  await page.goto(`${here}?from=1999-01-01&until=1999-01-02`);
  await expect(page.getByRole('heading', { name: 'Nothing matches these filters' })).toBeVisible();
  await page.goto(`${here}?from=31.3.2026`);
  await expect(page.getByText('Enter a day that exists, as year-month-day').first()).toBeVisible();
  await fits(page);
});

test('a missed letter is explained by the rule that decides', async ({ page }) => {
  await page.getByRole('link', { name: 'Is a letter missing? Ask why' }).click();
  await page.getByLabel('Words of the subject').fill('school fees plan');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.getByText('none of its addresses is on file there').first()).toBeVisible();
  await fits(page);
});
