// WCAG 2.2 AA as far as a program can judge: every page, light and dark, and nothing wider than the screen.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { pages } from '../lib/pages.ts';
import { expect, fits, ready, signIn, test, visit } from '../lib/test.ts';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

test('the door is accessible', async ({ page, office }) => {
  await visit(page, office, '/sign-in');
  await judge(page);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every page is accessible, ${colorScheme}`, async ({ page, office }) => {
    await page.emulateMedia({ colorScheme });
    await signIn(page, office);
    for (const [name, open] of Object.entries(pages)) {
      await test.step(name, async () => {
        await open(page, office);
        await ready(page);
        await fits(page);
        await judge(page);
      });
    }
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
