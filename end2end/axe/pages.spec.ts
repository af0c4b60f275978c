// WCAG 2.2 AA as far as a program can judge: every page, light and dark, and nothing wider than the screen.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { dialogs, doors, pages } from '../lib/pages.ts';
import { routes, unvisited } from '../lib/routes.ts';
import { expect, fits, settled, signIn } from '../lib/test.ts';
import { test } from '../lib/town.ts';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ page, town, browser, viewport }) => {
    test.setTimeout(600_000); // some 150 pages, and CI has two cores
    const paths = new Set<string>();
    const look = async (page: Page, name: string, open: (page: Page) => Promise<void>) =>
      await test.step(name, async () => {
        await open(page);
        await settled(page);
        await fits(page);
        await judge(page);
        paths.add(new URL(page.url()).pathname);
      });
    for (const [name, open] of Object.entries(doors)) {
      const context = await browser.newContext({ viewport, colorScheme });
      await look(await context.newPage(), name, (page) => open(page, town));
      await context.close();
    }
    await page.emulateMedia({ colorScheme });
    await signIn(page, town.office);
    for (const [name, open] of [...Object.entries(pages), ...Object.entries(dialogs)]) {
      await look(page, name, (page) => open(page, town.office));
    }
    expect(unvisited(await routes(), paths), 'routes whose pages are in no list of lib/pages.ts').toEqual([]);
  });
}

/** axe's own findings, named with the element they are about. The letter's frame is not ours to judge. */
async function judge(page: Page): Promise<void> {
  await page.evaluate(await source);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (context: unknown, options: unknown) => Promise<AxeResults> } };
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    const results = await axe.run(document, { runOnly: { type: 'tag', values: tags }, iframes: false, resultTypes: ['violations'] });
    return results.violations.flatMap((violation) => violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')}: ${node.failureSummary}`));
  });
  expect.soft(found, page.url()).toEqual([]);
}
