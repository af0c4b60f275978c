// The demo office, as somebody sees it who only wants to look around.
import { Demo } from '../lib/demo.ts';
import { expect, fits, ready, test } from '../lib/test.ts';

test('a newcomer looks around in the demo, sees letters and troubles, and leaves nothing behind', async ({ page }) => {
  const demo = await Demo.start();
  try {
    await page.goto(demo.url);
    await ready(page);
    await expect(page.getByRole('complementary', { name: 'Demo office' })).toContainText('ada@bellcarter.example');
    await fits(page);
    await page.getByRole('button', { name: 'Sign in as Ada Bell (administrator)' }).click();
    await ready(page);
    await expect(page.getByRole('complementary', { name: 'Demo office' })).toBeVisible();

    await test.step('letters are collected for real, with their troubles', async () => {
      await expect(async () => {
        await page.goto(`${demo.url}/accounts`);
        const frank = page.getByRole('row').filter({ hasText: 'Frank Osei' });
        await expect(frank).toContainText('Needs its password', { timeout: 500 });
      }).toPass();
      await fits(page);
    });
    await test.step('a client has a correspondence', async () => {
      await page.goto(`${demo.url}/clients?words=pemberton`);
      await page.getByRole('link', { name: 'The Pemberton Family Trust' }).click();
      await expect(page.getByRole('link', { name: /Chapel roof/ }).first()).toBeVisible();
      await fits(page);
    });
    await test.step('leaving is asked about, and wipes everything', async () => {
      await page.getByRole('link', { name: 'Leave demo' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'This is a demo office' })).toBeVisible();
      await fits(page);
      await page.getByRole('button', { name: 'Wipe the demo and leave' }).click();
      await expect(page.getByRole('heading', { name: 'The demo is over' })).toBeVisible();
      await expect.poll(() => demo.exists).toBe(false);
    });
  } finally {
    await demo.stop();
  }
});
