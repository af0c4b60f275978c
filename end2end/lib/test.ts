// Playwright's `test` with offices to visit and the few moves every journey makes.
import { expect, test as base, type Locator, type Page } from '@playwright/test';
import { ada, Office } from './office.ts';

interface Fixtures {
  /** Fails a test in which a page complained, even if it went on looking right. */
  quietPage: void;
  /** An office of this test alone, where nobody is set up. */
  emptyOffice: Office;
}
interface WorkerFixtures {
  /** An office with letters and clients, shared by the tests of a worker: read, do not change. */
  office: Office;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  quietPage: [
    async ({ page }, use) => {
      const complaints = new Set<string>();
      page.on('pageerror', (error) => complaints.add(error.message));
      page.on('console', (message) => {
        const [text] = message.text().split('\n\nStack');
        if (message.type() === 'error' && !expected.test(text)) complaints.add(text.replace(/nonce-[\w-]+/, 'nonce-…'));
      });
      await use();
      expect([...complaints], 'what pages complained about').toEqual([]);
    },
    { auto: true },
  ],
  emptyOffice: async ({}, use) => {
    const office = await Office.empty();
    await use(office);
    await office.stop();
  },
  office: [
    async ({}, use) => {
      const office = await Office.filled();
      await use(office);
      await office.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

/** A refusal (a wrong password) is noted as a failed resource; and the test's own eyes are scripts that the letter's frame refuses to run. */
const expected = /^Failed to load resource|^Blocked script execution in '[^']*\/(body\?|preview')/;

export { expect };

/** Whether this run lets pages come to life. */
export function alive(): boolean {
  const { project, file } = test.info();
  return project.use.javaScriptEnabled !== false && !file.endsWith('.plain.spec.ts');
}

/** Waits until the page takes clicks itself (buttons look ready before they are); without JavaScript it is ready as it comes. */
export async function ready(page: Page): Promise<void> {
  if (alive()) await expect(page.locator('html')).toHaveAttribute('data-hydrated', 'true');
}

/** The same for a page that may have no script: a refusal is drawn without. */
export async function settled(page: Page): Promise<void> {
  if ((await page.locator('script[type="module"]').count()) > 0) await ready(page);
}

/** Goes to a page of the office. */
export async function visit(page: Page, office: Office, path: string): Promise<void> {
  await page.goto(office.url + path);
  await ready(page);
}

/** Signs Ada in. */
export async function signIn(page: Page, office: Office, path = '/clients'): Promise<void> {
  await visit(page, office, `/sign-in?next=${path}`);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL((url) => url.pathname === path);
  await ready(page);
}

/** Nothing may be wider than the screen: no page scrolls sideways. */
export async function fits(page: Page): Promise<void> {
  const [content, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect.soft(content, `${page.url()} scrolls sideways`).toBeLessThanOrEqual(screen);
}

/** A link of the main navigation. On a telephone the less common ones stand under "More", which `open` unfolds. */
export async function mainLink(page: Page, name: string, open: (more: Locator) => Promise<void> = (more) => more.click()): Promise<Locator> {
  const main = page.getByRole('navigation', { name: 'Main' });
  const link = main.getByRole('link', { name });
  if ((await link.count()) === 0) await open(main.getByText('More', { exact: true }));
  return link;
}
