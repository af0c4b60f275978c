// Pictures of every page at desk and phone width, light and dark, for people to look at.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pages } from '../lib/pages.ts';
import { given } from '../lib/process.ts';
import { ready, signIn, test, visit } from '../lib/test.ts';

const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`${size}, ${colorScheme}`, async ({ page, office }) => {
      const folder = join(given('SHOTS'), `${size}-${colorScheme}`);
      await mkdir(folder, { recursive: true });
      const shoot = (name: string) => page.screenshot({ path: join(folder, `${name.replaceAll(' ', '-')}.png`), fullPage: true });
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await visit(page, office, '/sign-in');
      await shoot('sign in');
      await signIn(page, office);
      for (const [name, open] of Object.entries(pages)) {
        await open(page, office);
        await ready(page);
        await shoot(name);
      }
    });
  }
}
