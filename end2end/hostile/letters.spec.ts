// Hostile letters in every view that shows them (RELIABILITY §3, H1, H2): nothing runs, nothing is loaded, nothing leads elsewhere,
// with all layers on and with each layer switched off alone. A control run without any protection proves that the eyes see.
import type { BrowserContext, Page } from '@playwright/test';
import type { Letter } from '../lib/letters.ts';
import { Office, officeAddress } from '../lib/office.ts';
import { expect, signIn, test as base } from '../lib/test.ts';
import { Canary } from './canary.ts';
import { armed, type Vector, vectors } from './vectors.ts';

/** What the bare page must show at least for a run to count. */
const liveScripts = 70;
const liveLoads = 95;
const tabs = 6;

interface Scene {
  canary: Canary;
  office: Office;
  /** Message ids by vector. */
  ids: Map<string, number>;
}

const all = vectors();

const test = base.extend<{}, { scene: Scene }>({
  scene: [
    async ({}, use) => {
      const canary = await Canary.start(all);
      const office = await Office.filled(1, all.map((vector, at) => letter(vector, at, canary.url)));
      const ids = new Map<string, number>();
      for (const line of (await office.cli(['search', 'subject:specimen', '--limit', '2000', '--json'])).split('\n')) {
        if (!line) continue;
        const row = JSON.parse(line) as { id: number; subject: string };
        ids.set(row.subject.match(/specimen (\S+)/)![1], row.id);
      }
      await use({ canary, office, ids });
      await office.stop();
      canary.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
});

/** The payload also stands where lists, searches and headers show it. */
function letter(vector: Vector, at: number, canary: string): Letter {
  const bait = `<img src=x onerror="new Image().src='${canary}/ran/${vector.id}-subject'">`;
  return {
    folder: 'INBOX',
    from: `"${bait.replaceAll('"', '\\"')}" <margaret.hale@example.org>`,
    to: officeAddress,
    subject: `specimen ${vector.id} ${bait}`,
    date: new Date(Date.UTC(2024, 0, 1, 0, at)),
    text: `Dear Ada, ${bait} javascript:new%20Image().src='${canary}/ran/${vector.id}-text' <${canary}/loaded/${vector.id}-text>`,
    html: armed(vector, canary),
    file: { name: `${bait}.html`, type: 'text/html', content: armed(vector, canary) },
  };
}

/**
 * Does something for every item, a few at a time. Every tenth page comes to life with the program of the pages; the others stay as the
 * server wrote them, which is the same letter in the same frame, and ten times as quick.
 */
async function each<T>(context: BrowserContext, items: T[], act: (page: Page, item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: tabs }, async (_, tab) => {
    const page = await context.newPage();
    let visits = tab;
    await page.route('**/pkg/*.{js,wasm}', (route) => (visits++ % 10 === 0 ? route.continue() : route.abort()));
    page.on('dialog', (dialog) => void dialog.dismiss());
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(page, item);
    await page.close();
  }));
}

/** Nothing is under way any more: what the pages asked for before this has arrived. */
async function settled(context: BrowserContext, canary: Canary): Promise<void> {
  const page = await context.newPage();
  const reached = canary.reached('/marker');
  await page.goto(`${canary.url}/marker`);
  await reached;
  await page.close();
}

async function openLetter(page: Page, scene: Scene, id: number): Promise<void> {
  const address = `${scene.office.url}/messages/${id}`;
  await page.goto(address);
  const frame = page.frames().find((one) => one.url().includes(`/messages/${id}/body`));
  expect(frame, 'the letter stands in its frame').toBeDefined();
  await frame!.waitForLoadState('load');
  expect(page.url(), 'the page stays where it is').toBe(address);
}

function nothing(canary: Canary): void {
  expect.soft([...canary.ran], 'scripts that ran').toEqual([]);
  expect.soft([...canary.loaded], 'what was loaded').toEqual([]);
  canary.forget();
}

test.describe.configure({ mode: 'serial', timeout: 240_000 });

test('control: bare, the vectors run and load', async ({ context, scene }) => {
  await each(context, all, async (page, vector) => {
    await page.goto(`${scene.canary.url}/bare/${vector.id}`, { waitUntil: 'commit' }).catch(() => null);
    await page.waitForLoadState('networkidle').catch(() => null);
  });
  const aimed = (aim: Vector['aim'], seen: Set<string>) => all.filter((vector) => vector.aim === aim && seen.has(vector.id)).length;
  const live = { scripts: aimed('script', scene.canary.ran), loads: aimed('fetch', scene.canary.loaded) };
  test.info().annotations.push({ type: 'live', description: JSON.stringify(live) });
  console.log(`live on a bare page: ${live.scripts} scripts, ${live.loads} loads, of ${all.length} vectors`);
  expect(live.scripts).toBeGreaterThanOrEqual(liveScripts);
  expect(live.loads).toBeGreaterThanOrEqual(liveLoads);
  expect(scene.ids.size, 'every vector is a letter here').toBe(all.length);
  scene.canary.forget();
});

test('every letter is harmless where it is read', async ({ page, context, scene }) => {
  await signIn(page, scene.office);
  await each(context, [...scene.ids.values()], (tab, id) => openLetter(tab, scene, id));
  await settled(context, scene.canary);
  nothing(scene.canary);
});

test('every letter is harmless printed, as text, and opened with a keystroke', async ({ page, context, scene }) => {
  await signIn(page, scene.office);
  await each(context, [...scene.ids.values()], async (tab, id) => {
    await tab.goto(`${scene.office.url}/messages/${id}/body?as=html&print=1`);
    await tab.goto(`${scene.office.url}/messages/${id}/body?as=text&print=1`);
  });
  await settled(context, scene.canary);
  nothing(scene.canary);
});

test('lists, searches and histories are harmless', async ({ page, context, scene }) => {
  await signIn(page, scene.office);
  for (const path of ['/mail', '/search?q=specimen', '/search?q=dear+ada', '/clients/1', '/']) {
    await page.goto(scene.office.url + path);
    await expect(page.getByRole('main')).toBeVisible();
  }
  await settled(context, scene.canary);
  nothing(scene.canary);
});

test('without the cleaner, the frame and its policy hold alone', async ({ page, context, scene }) => {
  const raw = new Map([...scene.ids].map(([vector, id]) => [`/messages/${id}/body`, armed(all.find((one) => one.id === vector)!, scene.canary.url)]));
  await signIn(page, scene.office);
  await context.route('**/messages/*/body*', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: raw.get(new URL(route.request().url()).pathname) ?? '' });
  });
  await each(context, [...scene.ids.values()], (tab, id) => openLetter(tab, scene, id));
  await settled(context, scene.canary);
  nothing(scene.canary);
});

test('without the policy, the frame and the cleaner let no script run', async ({ page, context, scene }) => {
  await signIn(page, scene.office);
  await context.route('**/messages/*/body*', async (route) => {
    const response = await route.fetch();
    const { 'content-security-policy': _, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await each(context, [...scene.ids.values()], (tab, id) => openLetter(tab, scene, id));
  await settled(context, scene.canary);
  expect.soft([...scene.canary.ran], 'scripts that ran').toEqual([]);
  scene.canary.forget();
});
