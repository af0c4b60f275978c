// Every place that has pages: an office with letters and colleagues, one that nobody has set up yet, and a demo.
import type { Browser, Page } from '@playwright/test';
import { dora, enrol, invite, join } from './colleague.ts';
import { Demo } from './demo.ts';
import { answer, changed, question } from './exchange.ts';
import { Office } from './office.ts';
import { signIn, test as base } from './test.ts';

export interface Town {
  /** An office in use; Dora belongs to it, and has a second factor. */
  office: Office;
  /** The way in of a colleague who has not come yet. */
  invitation: string;
  /** An office that nobody has set up. */
  empty: Office;
  demo: Demo;
  stop(): Promise<void>;
}

async function build(browser: Browser): Promise<Town> {
  const [office, empty, demo] = await Promise.all([Office.filled(120, [question, changed, answer]), Office.empty(0), Demo.start()]);
  const stop = async () => {
    await Promise.all([office.stop(), empty.stop(), demo.stop()]);
  };
  const alone = async <T>(act: (page: Page) => Promise<T>): Promise<T> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    try {
      return await act(await context.newPage());
    } finally {
      await context.close();
    }
  };
  try {
    const [link, invitation] = await alone(async (page) => {
      await signIn(page, office);
      return [await invite(page, office, dora), await invite(page, office, { ...dora, name: 'Eve Early', email: 'eve@kontor.example' })];
    });
    await alone(async (page) => {
      await join(page, link, dora);
      await enrol(page, office);
    });
    return { office, invitation, empty, demo, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const test = base.extend<object, { town: Town }>({
  town: [
    async ({ browser }, use) => {
      const town = await build(browser);
      await use(town);
      await town.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});
