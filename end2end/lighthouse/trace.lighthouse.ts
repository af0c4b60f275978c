import { chromium, expect, test } from '@playwright/test';
import { launch } from '../lib/browser.ts';
import { hale, type Letter } from '../lib/letters.ts';
import { ada, Office, officeAddress } from '../lib/office.ts';
import { writeFileSync } from 'node:fs';
const topics = ['pension', 'mortgage', 'review', 'transfer', 'policy', 'statement', 'question', 'thanks'];
function letter(n: number): Letter {
  const at = new Date(Date.UTC(2016, 0, 1) + n * 17 * 3600_000);
  const [from, to] = n % 3 ? [hale.address, officeAddress] : [officeAddress, hale.address];
  const text = Array.from({ length: 12 }, (_, line) => `About the ${topics[(n + line) % topics.length]}, as agreed in line ${line} of ${n}.`).join('\n');
  return { folder: n % 3 ? 'INBOX' : 'Sent', from, to, subject: `${topics[n % topics.length]} ${n}`, date: at, text };
}
test('trace', async () => {
  const office = await Office.filled(20, Array.from({ length: 600 }, (_, n) => letter(n)));
  const browser = await chromium.launch(launch.launchOptions);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
  await page.goto(`${office.url}/sign-in`);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  for (let n = 0; n < 8; n++) {
    await page.goto(`${office.url}/clients?words=hale`);
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
    if (n === 7) await browser.startTracing(page, { categories: ['devtools.timeline','disabled-by-default-devtools.timeline','blink.user_timing','loading','cc','viz','blink','toplevel','navigation','v8'] });
    await page.getByRole('link', { name: hale.name }).click();
    await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
    await page.waitForTimeout(400);
    if (n === 7) { writeFileSync('/work/tmp/trace.json', await browser.stopTracing()); writeFileSync('/work/tmp/history-now.html', await page.content());
     console.log(await page.evaluate(() => document.querySelectorAll('*').length)); }
  }
  await browser.close(); await office.stop();
});
