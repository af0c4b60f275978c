// From the click on a client to the painted history, for a client with 5,000 letters: `npm run painted`. No part of the test run: figures
// depend on the machine. Needs POSTROOM_BIN and POSTROOM_SITE of a release (`cargo xtask build --release` prints both).
import { chromium, expect, test } from '@playwright/test';
import { launch } from '../lib/browser.ts';
import { hale, type Letter } from '../lib/letters.ts';
import { ada, Office, officeAddress } from '../lib/office.ts';

const clicks = Number(process.env.CLICKS ?? 30);
const count = Number(process.env.LETTERS ?? 5000);

const topics = ['pension', 'mortgage', 'review', 'transfer', 'policy', 'statement', 'question', 'thanks'];

function letter(n: number): Letter {
  const at = new Date(Date.UTC(2016, 0, 1) + n * 17 * 3600_000);
  const [from, to] = n % 3 ? [hale.address, officeAddress] : [officeAddress, hale.address];
  const text = Array.from({ length: 12 }, (_, line) => `About the ${topics[(n + line) % topics.length]}, as agreed in line ${line} of ${n}.`).join('\n');
  return { folder: n % 3 ? 'INBOX' : 'Sent', from, to, subject: `${topics[n % topics.length]} ${n}`, date: at, text };
}

test('a history of thousands of letters is painted at once', async () => {
  const office = await Office.filled(20, Array.from({ length: count }, (_, n) => letter(n)));
  const browser = await chromium.launch(launch.launchOptions);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.goto(`${office.url}/sign-in`);
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
    await page.getByLabel('Password', { exact: true }).fill(ada.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();
    const times: number[] = [];
    const stages: Record<string, number[]> = {};
    for (let n = 0; n < clicks; n++) {
      await page.goto(`${office.url}/clients?words=hale`);
      await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
      await page.evaluate(() =>
        document.addEventListener('click', (event) => sessionStorage.setItem('clicked', String(performance.timeOrigin + event.timeStamp)), { capture: true }),
      );
      const arrived = page.waitForURL(/\/clients\/\d+/, { waitUntil: 'load' });
      await page.getByRole('link', { name: hale.name }).click();
      await arrived;
      // Whoever looks for something in the page now compiles programs and lays it out while it is about to be painted: the browser keeps
      // the times, so they are asked for when all is over.
      await page.waitForTimeout(400);
      await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
      const marks = await page.evaluate(() => {
        const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
        const clicked = Number(sessionStorage.getItem('clicked')) - performance.timeOrigin;
        const paint = performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0;
        return { 'click to request': page.requestStart - clicked, 'first octet': page.responseStart - page.requestStart, 'last octet': page.responseEnd - page.responseStart, 'to the first paint': paint - page.responseEnd };
      });
      for (const [stage, took] of Object.entries(marks)) (stages[stage] ??= []).push(took);
      times.push(
        await page.evaluate(
          () =>
            new Promise<number>((told) => {
              // The largest text of the page, which stands in the history: painted with the first paint or after it.
              new PerformanceObserver((list) => {
                const last = list.getEntries().at(-1)!;
                told(performance.timeOrigin + last.startTime - Number(sessionStorage.getItem('clicked')));
              }).observe({ type: 'largest-contentful-paint', buffered: true });
            }),
        ),
      );
    }
    const middle = (list: number[]) => Math.round(list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);
    console.log(`of which (medians): ${Object.entries(stages).map(([stage, list]) => `${stage} ${middle(list)} ms`).join(', ')}`);
    times.sort((a, b) => a - b);
    const at = (share: number) => Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]);
    console.log(`click to painted history, ${count} letters, ${clicks} clicks: median ${at(0.5)} ms, 95 of 100 within ${at(0.95)} ms`);
  } finally {
    await browser.close();
    await office.stop();
  }
});
