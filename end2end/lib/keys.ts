// A page used with the keyboard alone: Tab to a thing by its name, then the key that it takes. Nothing here clicks or sets the focus.
// Wherever the focus stops on the way it must be seen (WCAG 2.4.7), and where it arrives nothing may cover it (2.4.11).
import type { FileChooser, Locator, Page } from '@playwright/test';
import { ada, type Office } from './office.ts';
import { expect, ready } from './test.ts';

interface Stop {
  words: string;
  seen: boolean;
  here: boolean;
  /** What was wanted is on the page no more: it was drawn anew. */
  gone: boolean;
}

/** Presses Tab until the focus is on the wanted thing. Fails with the list of what was passed. */
export async function tabTo(page: Page, wanted: Locator, { back = false, limit = 120 } = {}): Promise<void> {
  await expect(wanted).toHaveCount(1);
  const passed: string[] = [];
  // Found once: to look for it by its name at every stop takes longer than all the rest.
  let thing = await wanted.elementHandle();
  for (let presses = 0; presses < limit; presses++) {
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
    let stop = await thing!.evaluate(lookAtFocus);
    if (stop.gone) {
      thing = await wanted.elementHandle();
      stop = await thing!.evaluate(lookAtFocus);
    }
    passed.push(stop.words);
    expect(stop.seen, `the focus is seen on ${stop.words}`).toBe(true);
    if (stop.here) {
      await expect.poll(() => wanted.evaluate(covered), { message: `${stop.words} has the focus and lies open` }).toBe('');
      return;
    }
  }
  throw new Error(`${limit} presses of Tab do not lead to ${wanted}. They led to:\n${passed.join('\n')}`);
}

/** Goes to a link, a button or the head of a fold, and presses Enter. */
export async function press(page: Page, wanted: Locator, options?: { back?: boolean; limit?: number }): Promise<void> {
  await tabTo(page, wanted, options);
  await page.keyboard.press('Enter');
}

/** Goes to a link or a button that leads to another page, and waits until that page listens. */
export async function follow(page: Page, wanted: Locator, options?: { back?: boolean; limit?: number }): Promise<void> {
  await tabTo(page, wanted, options);
  const left = page.waitForEvent('framenavigated', (frame) => frame === page.mainFrame());
  await page.keyboard.press('Enter');
  await left;
  await page.waitForLoadState('domcontentloaded');
  await ready(page);
}

/** Opens the browser's dialog for files from the field that has the focus. A press so soon after the focus came may open none: again then. */
export async function fileDialog(page: Page): Promise<FileChooser> {
  let dialog: FileChooser | undefined;
  await expect(async () => {
    const asked = page.waitForEvent('filechooser', { timeout: 3_000 });
    await page.keyboard.press('Enter');
    dialog = await asked;
  }).toPass();
  return dialog!;
}

/** Goes to a box, and ticks it or takes the tick away. */
export async function tick(page: Page, box: Locator): Promise<void> {
  const before = await box.isChecked();
  await tabTo(page, box);
  await page.keyboard.press('Space');
  expect(await box.isChecked()).toBe(!before);
}

/** Goes to a field, and types into it in the place of what it holds. */
export async function type(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  if (text) await page.keyboard.type(text);
  await expect(field).toHaveValue(text);
}

/** Goes to a day's field and types the day, 2026-03-14, in the order in which the field asks for it. */
export async function typeDay(page: Page, field: Locator, day: string): Promise<void> {
  const [year, month, date] = day.split('-');
  await tabTo(page, field);
  await page.keyboard.type(`${date}${month}${year}`);
  if ((await field.inputValue()) !== day) {
    for (let parts = 0; parts < 3; parts++) await page.keyboard.press('ArrowLeft');
    await page.keyboard.type(`${month}${date}${year}`);
  }
  await expect(field).toHaveValue(day);
}

/** Goes to a list of which one is chosen, and types the beginning of what is wanted. */
export async function choose(page: Page, list: Locator, words: string): Promise<void> {
  await tabTo(page, list);
  await page.keyboard.type(words);
  await expect.poll(() => list.evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? '')).toContain(words);
}

/** Past the head of the page, as the first stop of every page offers (in the demo: after the way out of it). Only right after a page was opened. */
export async function skip(page: Page, limit = 1): Promise<void> {
  await press(page, page.getByRole('link', { name: 'Skip to the page' }), { limit });
}

/** Through the door. */
export async function comeIn(page: Page, office: Office, path = '/clients', who: { email: string; password: string } = ada): Promise<void> {
  await page.goto(`${office.url}/sign-in?next=${encodeURIComponent(path)}`);
  await ready(page);
  await type(page, page.getByRole('textbox', { name: 'E-mail address' }), who.email);
  await type(page, page.getByLabel('Password', { exact: true }), who.password);
  await follow(page, page.getByRole('button', { name: 'Sign in', exact: true }));
}

/** Runs in the page: where the focus is. A letter's frame and the browser's own bar draw their focus themselves. */
function lookAtFocus(wanted: Node): Stop {
  const active = document.activeElement ?? document.body;
  const named = active.getAttribute('aria-label') || (active as HTMLInputElement).labels?.[0]?.textContent || active.textContent || '';
  const words = `${active.tagName.toLowerCase()}${active.id ? `#${active.id}` : ''} “${named.trim().replace(/\s+/g, ' ').slice(0, 60)}”`;
  let seen = ['BODY', 'IFRAME'].includes(active.tagName);
  for (let at: Element | null = active; at && !seen; at = at.parentElement) {
    const { outlineStyle, outlineWidth } = getComputedStyle(at);
    seen = outlineStyle !== 'none' && outlineWidth !== '0px';
  }
  return { words, seen, here: active === wanted, gone: !wanted.isConnected };
}

/** Runs in the page: what lies over a thing, or that it is out of sight; empty if some of it lies open. */
function covered(thing: Element): string {
  const boxes = [...thing.getClientRects()].filter((box) => box.width > 0 && box.height > 0);
  const over = new Set<string>();
  for (const box of boxes) {
    for (const [x, y] of [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8]]) {
      const hit = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
      if (hit && (thing.contains(hit) || hit.contains(thing) || (thing as HTMLInputElement).labels?.length)) return '';
      over.add(hit ? `${hit.tagName.toLowerCase()}.${hit.className}` : 'out of sight');
    }
  }
  return [...over].join(', ') || 'takes no room';
}
