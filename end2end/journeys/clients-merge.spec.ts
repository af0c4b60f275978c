// Two files about the same people become one, as shown before, and apart again (RELIABILITY §4.2).
import { hale } from '../lib/letters.ts';
import { Office } from '../lib/office.ts';
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

const twin = { code: 'X9001', name: 'Margaret Hael', address: 'marge@hale-pottery.example' };

test('two clients are merged as shown, the old address and code lead on, and it is undone', async ({ page }) => {
  test.slow();
  const letter = (n: number) => ({ folder: 'INBOX', from: twin.address, to: 'office@kontor.example', subject: `From the other file ${n}`, text: 'Hello.', date: new Date(Date.now() - n * 86_400_000) });
  const office = await Office.filled(5, [letter(5), letter(6)]);
  try {
    await office.cli(['client', 'import', await office.file('twin.csv', `code,name,self1,partner1\n${twin.code},${twin.name},${twin.address},${hale.address}\n`)]);
    await signIn(page, office, '/clients');
    await page.goto(`${office.url}/clients?words=${twin.code}`);
    const other = new URL((await page.getByRole('link', { name: twin.name }).getAttribute('href'))!, office.url).href;
    await page.goto(`${office.url}/clients?words=${hale.code}`);
    await page.getByRole('link', { name: hale.name }).click();
    await ready(page);
    await page.getByRole('main').getByRole('link', { name: 'Merge' }).click();
    await ready(page);
    await expect(page.getByRole('heading', { name: 'Clients with an address of this one' })).toBeVisible();
    await page.getByLabel('Find a client').fill('hael');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: twin.name }).first().click();
    await ready(page);
    await fits(page);
    const effect = page.getByRole('status').filter({ hasText: 'What would happen' });
    await expect(effect).toContainText('Every letter that one of them has stays.');
    const before = Number(/^\d+/.exec((await effect.textContent())!.split('Hale has ')[1])![0]);

    await test.step('what is left off is said before it is done', async () => {
      await page.getByLabel(twin.address).selectOption('Leave it off');
      await page.getByRole('button', { name: `Merge ${twin.name} into` }).click();
      await ready(page);
      await expect(effect).toContainText('2 letters are in neither history any more');
      await page.getByLabel(twin.address).selectOption('The partner');
      await page.getByRole('button', { name: 'Show again with these choices' }).click();
      await ready(page);
      await expect(effect).toContainText(`Afterwards ${hale.name} has ${before + 2} letters`);
    });

    await page.getByRole('button', { name: `Merge ${twin.name} into` }).click();
    await ready(page);
    await expect(page.getByText('The two clients are one.')).toBeVisible();
    await expect(page.getByText(`${before + 2} letters`, { exact: true })).toBeVisible();
    await expect(page.getByRole('link', { name: 'From the other file 5' })).toBeVisible();
    await fits(page);
    const here = new URL(page.url()).pathname;
    await page.goto(other);
    await expect(page).toHaveURL((url) => url.pathname === here);
    await expect(page.getByText('The client you asked for was merged into this one.')).toBeVisible();

    await page.getByRole('button', { name: 'Undo the merger' }).click();
    await ready(page);
    await expect(page.getByText('both clients are as they were before it')).toBeVisible();
    await expect(page.getByText(`${before} letters`, { exact: true })).toBeVisible();
    await page.goto(other);
    await expect(page.getByRole('heading', { level: 1, name: twin.name })).toBeVisible();
  } finally {
    await office.stop();
  }
});
