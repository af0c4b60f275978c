// The demo with the keyboard alone: its banner and doors, letters that arrive while one looks, what one reads there, and the way out that
// wipes it. Without JavaScript too.
import { Demo } from '../lib/demo.ts';
import { follow, press, skip, tabTo, type } from '../lib/keys.ts';
import { letterRows } from '../lib/rows.ts';
import { expect, fits, ready, test } from '../lib/test.ts';

test('somebody looks around in the demo, watches a letter arrive, and leaves nothing behind', async ({ page }) => {
  test.slow();
  const demo = await Demo.start();
  const visit = async (path: string) => {
    await page.goto(demo.url + path);
    await ready(page);
    await skip(page, 2);
  };
  try {
    await page.goto(demo.url);
    await ready(page);
    await expect(page.getByRole('complementary', { name: 'Demo office' })).toContainText('everything is made up');
    await follow(page, page.getByRole('button', { name: 'Sign in as Ada Bell (administrator)' }));
    await expect(page.getByRole('complementary', { name: 'Demo office' })).toBeVisible();

    await test.step('accounts: one needs somebody', async () => {
      await expect(async () => {
        await visit('/accounts');
        await expect(page.getByRole('row').filter({ hasText: 'Frank Osei' })).toContainText(/Failed|Needs its password/, { timeout: 500 });
      }).toPass({ timeout: 60_000 });
      await follow(page, page.getByRole('region', { name: 'Overall' }).getByRole('link', { name: 'Frank Osei (left)' }));
      await follow(page, page.getByRole('navigation', { name: 'On record' }).getByRole('link', { name: 'Collections, day by day' }).or(page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Ledger' })).first());
      await fits(page);
    });

    await test.step('a history, why a letter is on two files, and the letter', async () => {
      await visit('/clients');
      await type(page, page.getByRole('searchbox', { name: 'Find a client' }), 'pemberton');
      await follow(page, page.getByRole('button', { name: 'Find' }));
      await skip(page, 2);
      await follow(page, page.getByRole('link', { name: 'The Pemberton Family Trust' }));
      await expect(page.getByRole('main')).toContainText('Also on file for Cecily Pemberton');
      const row = letterRows(page).first();
      await press(page, row.getByText('Why is this here?'));
      await expect(row).toContainText(/: \S+@\S+ is the (client's own|partner's) address \d/);
      await follow(page, row.getByRole('link').first(), { back: true });
      await expect(page.getByRole('heading', { name: 'In the history of' })).toBeVisible();
      await expect(page.getByTitle("The letter's text")).toBeVisible();
      await fits(page);
    });

    await test.step('a search', async () => {
      const found = page.getByRole('main').getByText(/letters? with “/);
      // The demo's letters are collected, and then made searchable, while one looks.
      await expect(async () => {
        await page.goto(`${demo.url}/search?q=from:pemberton+roof`);
        await expect(found).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 60_000 });
      await page.goto(`${demo.url}/search?q=pemb`);
      await ready(page);
      await type(page, page.getByRole('searchbox', { name: 'Search letters' }), 'from:pemberton roof');
      const left = page.waitForURL(/pemberton/);
      await page.keyboard.press('Enter');
      await left;
      await ready(page);
      await expect(found).toBeVisible();
      await fits(page);
    });

    await test.step('a letter arrives', async () => {
      // Letters of all accounts: most come to a mailbox that is not Ada's to read.
      const total = async () => {
        await visit('/accounts');
        const counts = await page.locator('main td[data-label="Letters"]').allInnerTexts();
        return counts.reduce((sum, words) => sum + Number(words.replace(/\D/g, '')), 0);
      };
      await expect.poll(async () => {
        await visit('/accounts');
        return await page.getByText('Collecting').count();
      }, { timeout: 90_000, intervals: [2_000] }).toBe(0);
      const before = await total();
      await expect.poll(total, { timeout: 120_000, intervals: [2_000] }).toBeGreaterThan(before);
    });

    await test.step('leaving is asked about, and wipes everything', async () => {
      await page.goto(`${demo.url}/clients`);
      await ready(page);
      await follow(page, page.getByRole('link', { name: 'Leave demo' }));
      await expect(page.getByRole('heading', { level: 1, name: 'This is a demo office' })).toBeVisible();
      await tabTo(page, page.getByRole('button', { name: 'Wipe the demo and leave' }));
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'The demo is over' })).toBeVisible();
      await expect.poll(() => demo.exists).toBe(false);
    });
  } finally {
    await demo.stop();
  }
});
