// Search with the keyboard alone (FP-28): operators, counts, the order, as one types, and from each result to the next. Without JavaScript too.
import { comeIn, follow, press, skip, tabTo, type } from '../lib/keys.ts';
import { proposal } from '../lib/letters.ts';
import { alive, expect, fits, ready, test } from '../lib/test.ts';

test('letters are asked for by what they are, counted, put in order, and read one after the other', async ({ page, office }) => {
  await comeIn(page, office, '/search');
  const box = page.getByRole('searchbox', { name: 'Search letters' });
  const found = page.getByRole('main').getByText(/ with “.+”, (newest|best) first$/);
  const ask = async (words: string) => {
    await type(page, box, words);
    const left = page.waitForURL((url) => url.searchParams.get('q') === words && !url.searchParams.has('typing'));
    await page.keyboard.press('Enter');
    await left;
    await ready(page);
  };
  const subject = (words: string) => page.getByRole('main').getByRole('link', { name: words, exact: true });

  await test.step('operators', async () => {
    await ask('from:office subject:"our proposal" has:attachment filename:proposal');
    await expect(found).toHaveText(/^1 letter with “from:office .*”, newest first$/);
    await expect(subject(proposal.subject)).toBeVisible();
    await ask('client:hale after:2001 in:inbox café -transfer');
    await expect(subject('Grüße from the coast – and a question')).toBeVisible();
    await ask('colour:zzzz before:yesterdayish');
    await expect(page.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(/before:/);
    await fits(page);
  });

  await test.step('the help has an example of each, and each is a link', async () => {
    await press(page, page.getByText('How to search'));
    await follow(page, page.getByRole('main').getByRole('link', { name: 'in:sent' }));
    await expect(page).toHaveURL(/q=in%3Asent/);
  });

  await test.step('order, counts, marks', async () => {
    await ask('pension');
    await expect(found).toContainText(/^\d+ letters with “pension”, newest first$/);
    await expect(page.locator('main mark').first()).toHaveText(/pension/i);
    await follow(page, page.getByRole('navigation', { name: 'Order' }).getByRole('link', { name: 'Best first' }));
    await expect(found).toContainText('best first');
    await expect(box).toHaveValue('pension');
    await fits(page);
  });

  await test.step('from a result to the next, and back to the list', async () => {
    await skip(page);
    await follow(page, subject(proposal.subject));
    const steps = page.getByRole('navigation', { name: 'List' });
    await expect(steps.getByRole('link', { name: /^(Previous|Next) letter/ }).first()).toBeVisible();
    await follow(page, steps.getByRole('link', { name: /^Back to/ }));
    await expect(page).toHaveURL(/\/search\?.*sort=best/);
    if (alive()) await expect(subject(proposal.subject)).toBeFocused();
  });

  if (alive()) {
    await test.step('as one types, and the focus stays', async () => {
      await page.keyboard.press('/');
      await expect(box).toBeFocused();
      await page.keyboard.press('Control+A');
      await page.keyboard.type('school');
      await expect(subject('School fees plan')).toBeVisible();
      await expect(page).toHaveURL(/q=school.*typing=1/);
      await expect(box).toBeFocused();
      await tabTo(page, subject('School fees plan'));
    });
  }
});
