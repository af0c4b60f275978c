// The keys of a list: a long history is read without leaving it.
import { hale } from '../lib/letters.ts';
import { expect, ready, signIn, test, visit } from '../lib/test.ts';

test('letters are moved through and read with keys alone', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/clients?words=hale');
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await ready(page);
  const links = page.getByRole('main').getByRole('listitem').filter({ has: page.getByText('Why is this here?') });
  await expect(links.first()).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('link', { name: 'Grüße from the coast – and a question' })).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await page.keyboard.press('o');
  await expect(page.getByTitle('The letter\'s text').contentFrame().getByText('the café here takes no cards')).toBeVisible();
  await page.keyboard.press('u');
  await expect(page.getByTitle('The letter\'s text')).toHaveCount(0);

  // Into a letter, to the next, and back to its row.
  await page.keyboard.press('Enter');
  const letter = (subject: string) => expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();
  await letter('Grüße from the coast – and a question');
  await ready(page);
  await page.keyboard.press('n');
  await letter('Re: Annual review: 14 questions');
  await ready(page);
  await page.keyboard.press('u');
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Re: Annual review: 14 questions', exact: true })).toBeFocused();
});
