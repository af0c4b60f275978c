// The page Status renews itself; without JavaScript it has a link that asks again.
import { expect, ready, signIn, test, visit } from '../lib/test.ts';

test('the page renews itself while it is looked at', async ({ page, office }) => {
  await signIn(page, office);
  await visit(page, office, '/status');
  await ready(page);
  const renewed = page.waitForResponse((answer) => answer.url().includes('/status?left-open=1'), { timeout: 20_000 });
  expect((await renewed).status()).toBe(200);
  await expect(page.getByRole('table', { name: 'What runs by itself' })).toContainText('Schedule');
});
