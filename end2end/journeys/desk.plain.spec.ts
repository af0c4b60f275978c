// DESIGN 11: the main pages at a desk without JavaScript: all there, with the whole navigation beside them, and none wider than the screen.
import { hale, proposal } from '../lib/letters.ts';
import { expect, fits, signIn, test } from '../lib/test.ts';

test.use({ javaScriptEnabled: false });

test('clients, a history, a letter and the beginning of a new one stand at a desk without JavaScript', async ({ page, office }) => {
  const rail = page.getByRole('navigation', { name: 'Main' });
  const here = async (heading: string) => {
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
    for (const name of ['Clients', 'Outbox', 'Actions', 'Settings']) await expect(rail.getByRole('link', { name })).toBeVisible();
    await expect(rail.getByText('More', { exact: true })).toBeHidden();
    await fits(page);
  };
  await signIn(page, office);
  await here('Clients');
  await page.getByRole('searchbox', { name: 'Find a client' }).fill('hale');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByRole('link', { name: hale.name }).click();
  await here(hale.name);
  await expect(page.getByRole('main').getByRole('link', { name: 'Plan a letter' })).toHaveCount(1);
  const history = page.url();
  await page.getByRole('link', { name: proposal.subject, exact: true }).click();
  await here(proposal.subject);
  await expect(page.getByTitle('The letter\'s text')).toBeVisible();
  await page.goto(history);
  await page.getByRole('link', { name: 'Write a letter' }).click();
  await here('Write a letter');
  await expect(page.getByRole('button', { name: 'Go on and write' })).toBeVisible();
});
