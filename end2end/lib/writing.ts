// A letter that is being written: begun, with formatting, saved.
import { expect, type Locator, type Page } from '@playwright/test';
import type { Office } from './office.ts';
import { ready, signIn, visit } from './test.ts';

/** Signs Ada in and begins a letter to the first client. */
export async function begin(page: Page, office: Office): Promise<void> {
  await signIn(page, office);
  await newLetter(page, office);
}

/** Begins a letter to the first client, where Ada is signed in. */
export async function newLetter(page: Page, office: Office): Promise<void> {
  await visit(page, office, '/compose?client=1');
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await expect(page).toHaveURL(/\/compose\/\d+/);
  await ready(page);
}

/** All that was typed is kept: the field that is sent has these words, and is as it was saved last. */
export async function saved(page: Page, words: string): Promise<void> {
  const kept = page.getByLabel('Letter, with formatting');
  const same = () => kept.evaluate((field: HTMLTextAreaElement, words) => field.value.includes(words) && field.value === field.defaultValue, words);
  await expect.poll(same, { message: `“${words}” is saved` }).toBe(true);
}

/** Empties the letter and leaves the cursor in it. */
export async function emptied(page: Page, letter: Locator): Promise<void> {
  await letter.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
}

/** Pastes where the cursor is. */
export async function paste(letter: Locator, html: string, text: string): Promise<void> {
  await letter.evaluate(
    (words, [html, text]) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      data.setData('text/html', html);
      words.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    },
    [html, text],
  );
}

/** What is asked at this address waits until it is let through: its answer alone, or, where the server has not heard of it, the whole of it. */
export async function held(page: Page, address: string, { heard = true } = {}): Promise<{ asked: Promise<unknown>; letThrough: () => void }> {
  let letThrough = (): void => {};
  const may = new Promise<void>((done) => {
    letThrough = done;
  });
  let told = (): void => {};
  const asked = new Promise<void>((done) => {
    told = done;
  });
  // Once; and it stays: where the last one of a page is taken away, the browser goes on by itself with all that is held.
  let taken = false;
  await page.route(address, async (route) => {
    if (taken) return route.fallback();
    taken = true;
    const response = heard ? await route.fetch() : undefined;
    told();
    await may;
    await (response ? route.fulfill({ response }) : route.continue());
  });
  return { asked, letThrough };
}
