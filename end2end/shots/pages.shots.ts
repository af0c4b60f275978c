// Pictures of every page at desk and phone width, light and dark, for people to look at.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { dialogs, doors, pages } from '../lib/pages.ts';
import { given } from '../lib/process.ts';
import { settled, signIn } from '../lib/test.ts';
import { test } from '../lib/town.ts';

const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size}, ${colorScheme}`, async ({ page, town, browser }) => {
      const folder = join(given('SHOTS'), `${size}-${colorScheme}`);
      await mkdir(folder, { recursive: true });
      const shoot = (page: Page, name: string) => page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
      for (const [name, open] of Object.entries(doors)) {
        const context = await browser.newContext({ viewport, colorScheme });
        const door = await context.newPage();
        await open(door, town);
        await settled(door);
        await shoot(door, name);
        await context.close();
      }
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await signIn(page, town.office);
      for (const [name, open] of [...Object.entries(pages), ...Object.entries(dialogs)]) {
        await open(page, town.office);
        await settled(page);
        await shoot(page, name);
      }
    });
  }
}
