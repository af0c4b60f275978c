// Lighthouse 12 on the demo office, desktop and mobile, median of several runs: `npm run lighthouse`. No part of the test run: figures
// depend on the machine. Needs POSTROOM_BIN and POSTROOM_SITE of a release (`cargo xtask build --release` prints both) and, the
// first time, the open internet (npx fetches Lighthouse).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chromium, expect, test, type BrowserContext } from '@playwright/test';
import { launch } from '../lib/browser.ts';
import { Demo } from '../lib/demo.ts';

const version = '12.8.2';
const runs = Number(process.env.RUNS ?? 5);
const port = 9333;
const kinds = ['performance', 'accessibility', 'best-practices'] as const;
const least = { desktop: { performance: 95, accessibility: 100, 'best-practices': 100 }, mobile: { performance: 85, accessibility: 100, 'best-practices': 100 } };

interface Report {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { title: string; score: number | null; numericValue?: number; displayValue?: string }>;
}

async function judge(url: string, form: 'desktop' | 'mobile', cookie: string, again = 2): Promise<Report> {
  const words = ['--yes', `lighthouse@${version}`, url, `--port=${port}`, '--output=json', '--quiet', `--only-categories=${kinds.join(',')}`];
  if (form === 'desktop') words.push('--preset=desktop');
  // The session's cookie goes as a header, so that the browser's store may be emptied for each run.
  words.push(`--extra-headers=${JSON.stringify({ Cookie: cookie })}`);
  const child = spawn('npx', words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (part) => (out += part));
  const [status] = await once(child, 'close');
  // Now and then Chromium gives it no trace (NO_NAVSTART); a run without a result says nothing about the page.
  if (status !== 0 && again > 0) return judge(url, form, cookie, again - 1);
  return JSON.parse(out) as Report;
}

const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function signIn(context: BrowserContext, demo: Demo): Promise<{ cookie: string; pages: Record<string, string> }> {
  const page = await context.newPage();
  await page.goto(`${demo.url}/sign-in`);
  await page.getByRole('button', { name: 'Sign in as Ada Bell (administrator)' }).click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  const links = page.locator('main a[href^="/messages/"]');
  await page.goto(`${demo.url}/clients?words=pemberton`);
  await page.getByRole('link', { name: 'The Pemberton Family Trust' }).click();
  await links.first().waitFor();
  const history = page.url();
  const letter = new URL((await links.first().getAttribute('href'))!, demo.url).href;
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  await page.close();
  return { cookie, pages: { 'sign-in': `${demo.url}/sign-in`, history, letter, search: `${demo.url}/search?q=pension` } };
}

for (const form of ['desktop', 'mobile'] as const) {
  test(`pages on ${form}`, async () => {
    const demo = await Demo.start();
    const browser = await chromium.launch({ ...launch.launchOptions, args: [...launch.launchOptions.args, `--remote-debugging-port=${port}`] });
    try {
      const { cookie, pages } = await signIn(await browser.newContext(), demo);
      for (const [name, url] of Object.entries(pages)) {
        const reports: Report[] = [];
        for (let run = 0; run < runs; run += 1) reports.push(await judge(url, form, name === 'sign-in' ? '' : cookie));
        tell(form, name, reports);
      }
    } finally {
      await browser.close();
      await demo.stop();
    }
  });
}

/** The medians, what the page weighs, and what Lighthouse would have changed where a figure is not reached. */
function tell(form: 'desktop' | 'mobile', name: string, reports: Report[]): void {
  const last = reports[reports.length - 1];
  const number = (audit: string) => Math.round(last.audits[audit]?.numericValue ?? 0);
  const scores = kinds.map((kind) => [kind, Math.round(100 * median(reports.map((report) => report.categories[kind].score ?? 0)))] as const);
  const figures = scores.map(([kind, score]) => `${kind} ${score}`).join(', ');
  console.log(`${form} ${name}: ${figures}; ${Math.round(number('total-byte-weight') / 1000)} kB, first paint ${number('first-contentful-paint')} ms`);
  for (const [kind, score] of scores) {
    const weighty = last.categories[kind].auditRefs.filter(({ id, weight }) => weight > 0 && (last.audits[id].score ?? 1) < 0.9);
    for (const { id } of weighty) console.log(`  ${kind}, ${id}: ${last.audits[id].title} ${last.audits[id].displayValue ?? ''}`);
    expect.soft(score, `${form} ${name}: ${kind}`).toBeGreaterThanOrEqual(least[form][kind]);
  }
}
