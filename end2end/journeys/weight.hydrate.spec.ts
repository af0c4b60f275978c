// What a page weighs on a slow line, as the browser itself counts what came over it: the first one whole, the second one with what is kept.
import type { Page } from '@playwright/test';
import { hale, proposal } from '../lib/letters.ts';
import { expect, ready, signIn, test } from '../lib/test.ts';

/** The promise: octets of a first page with everything, and of a second one. */
const first = 650_000;
const second = 50_000;
/** What a release's program may weigh (`cargo xtask build --release` holds it to that); a development build's is larger, so it is not weighed here. */
const program = 160_000;
/** What the rest of a first page may weigh: the page, the style, the scripts, the pictures. */
const rest = 60_000;

interface Weight {
  program: number;
  rest: number;
}

/** Octets that came over the line for the page that is open, heads included. */
async function weight(page: Page): Promise<Weight> {
  const came = await page.evaluate(() =>
    [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map((entry) => {
      const { name, transferSize } = entry as PerformanceResourceTiming;
      return { name, octets: transferSize };
    }),
  );
  const sum = (wanted: (name: string) => boolean) => came.filter(({ name }) => wanted(name)).reduce((all, { octets }) => all + octets, 0);
  return { program: sum((name) => name.endsWith('.wasm')), rest: sum((name) => !name.endsWith('.wasm')) };
}

test('a first page keeps within what was promised, a second one needs next to nothing', async ({ page, office, browser }) => {
  expect(program + rest, 'the two budgets keep the promise').toBeLessThanOrEqual(first);
  await signIn(page, office, '/clients');
  await page.goto(`${office.url}/clients?words=hale`);
  await page.getByRole('link', { name: hale.name }).click();
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();
  const history = page.url();
  const letter = await page.getByRole('link', { name: proposal.subject, exact: true }).getAttribute('href');

  for (const [name, start, next] of [
    ['history, then letter', history, new URL(letter!, history).href],
    ['letter, then search', new URL(letter!, history).href, `${office.url}/search?q=pension`],
    ['search, then clients', `${office.url}/search?q=pension`, `${office.url}/clients`],
  ]) {
    await test.step(name, async () => {
      // A browser that was never here, but for the session.
      const fresh = await browser.newContext({ storageState: await page.context().storageState() });
      try {
        const tab = await fresh.newPage();
        await tab.goto(start);
        await ready(tab);
        const begun = await weight(tab);
        expect(begun.program, 'the program came').toBeGreaterThan(0);
        expect.soft(begun.rest, 'page, style and scripts').toBeLessThanOrEqual(rest);
        await tab.goto(next);
        await ready(tab);
        const then = await weight(tab);
        expect.soft(then.program, 'the program is kept').toBeLessThan(1000);
        expect.soft(then.program + then.rest, 'a second page').toBeLessThanOrEqual(second);
      } finally {
        await fresh.close();
      }
    });
  }
});
