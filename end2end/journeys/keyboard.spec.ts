// WCAG 2.1.1, 2.4.3, 2.4.7: from the door to a letter without a mouse.
import type { Locator, Page } from '@playwright/test';
import { hale } from '../lib/letters.ts';
import { ada } from '../lib/office.ts';
import { expect, ready, test, visit } from '../lib/test.ts';

test('a letter is reached with the keyboard alone', async ({ page, office }) => {
  await visit(page, office, '/sign-in?next=/clients');
  await tabTo(page, page.getByRole('textbox', { name: 'E-mail address' }));
  await page.keyboard.type(ada.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ada.password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
  await ready(page);

  await tabTo(page, page.getByRole('link', { name: 'Skip to the page' }));
  await page.keyboard.press('Enter');
  await tabTo(page, page.getByRole('link', { name: hale.name }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: hale.name })).toBeVisible();

  await tabTo(page, page.getByRole('link', { name: 'Yes, please go ahead' }));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Yes, please go ahead' })).toBeVisible();
});

/** Presses Tab until the element has the focus; the focus must be seen wherever it goes. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press('Tab');
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      expect(await wanted.evaluate(outlined), 'the focus is seen').toBe(true);
      return;
    }
  }
  throw new Error(`120 presses of Tab do not lead to ${wanted}`);
}

/** The focus ring may be drawn around the element or around the row or card it stands for. */
function outlined(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (getComputedStyle(at).outlineStyle !== 'none') return true;
  }
  return false;
}
