// A letter with formatting, by keyboard alone; what is pasted is cleaned by the server; files are dropped (FC-20).
import type { Locator, Page } from '@playwright/test';
import { follow, press, tabTo } from '../lib/keys.ts';
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, ready, signIn } from '../lib/test.ts';

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(20);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

async function begin(page: Page, own: Office): Promise<void> {
  await signIn(page, own);
  await page.goto(`${own.url}/compose?client=1`);
  await ready(page);
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await expect(page).toHaveURL(/\/compose\/\d+/);
  await ready(page);
}

/** A letter with formatting; the person's next letters begin so. */
async function formatted(page: Page, own: Office): Promise<Locator> {
  await begin(page, own);
  const formatting = page.getByRole('button', { name: 'Write with formatting' });
  if (await formatting.isVisible()) {
    await formatting.click();
    await expect(formatting).toHaveCount(0);
    await ready(page);
  }
  const letter = page.getByRole('textbox', { name: 'Letter', exact: true });
  await expect(letter).toHaveAttribute('contenteditable', 'true');
  return letter;
}

/** The words as they would be kept. */
const html = (letter: Locator) => letter.evaluate((words) => words.innerHTML);

async function saved(page: Page): Promise<void> {
  await expect(page.getByText(/^Saved \d\d:\d\d$/)).toBeVisible();
}

test('a letter is formatted, saved and taken back to plain text by keyboard alone', async ({ page, own }) => {
  await begin(page, own);
  const formatting = page.getByRole('button', { name: 'Write with formatting' });
  if (await formatting.isVisible()) await follow(page, formatting);
  const letter = page.getByRole('textbox', { name: 'Letter', exact: true });
  await fits(page);
  await tabTo(page, letter);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type('Dear ');
  await page.keyboard.press('Control+B');
  await expect(page.getByRole('button', { name: 'Bold' })).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.type('Margaret');
  await page.keyboard.press('Control+B');
  await page.keyboard.type(', see ');
  await page.keyboard.press('Control+K');
  await expect(page.getByLabel('Address of the link')).toBeFocused();
  await page.keyboard.type('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'A link leads to a page' })).toBeVisible();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('www.example.org/lease');
  await page.keyboard.press('Enter');
  await expect(letter).toBeFocused();
  await page.keyboard.press('Enter');
  await press(page, page.getByRole('button', { name: 'Bullets' }), { back: true });
  await expect(letter).toBeFocused();
  await page.keyboard.type('one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await saved(page);
  await page.reload();
  await ready(page);
  await expect(letter.getByRole('strong').or(letter.locator('b'))).toHaveText('Margaret');
  await expect(letter.getByRole('link', { name: 'www.example.org/lease' })).toHaveAttribute('href', 'https://www.example.org/lease');
  await expect(letter.getByRole('listitem')).toHaveText(['one', 'two']);

  await follow(page, page.getByRole('button', { name: 'Go on in plain text' }));
  await expect(page.getByRole('heading', { name: 'Go on in plain text?' })).toBeVisible();
  await fits(page);
  await follow(page, page.getByRole('link', { name: 'Keep it' }));
  await expect(letter.getByRole('listitem')).toHaveCount(2);
  await follow(page, page.getByRole('button', { name: 'Go on in plain text' }));
  await follow(page, page.getByRole('button', { name: 'Drop the formatting' }));
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue('Dear Margaret, see www.example.org/lease\n- one\n- two\n');
});

test('a link is put where the cursor is, however fast the keys come', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await letter.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type('see');
  // One task of the browser: nothing was told of the cursor's new place when the key for a link comes.
  await letter.evaluate((words) => {
    document.execCommand('insertText', false, ' also ');
    words.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', ctrlKey: true, bubbles: true, cancelable: true }));
  });
  await expect(page.getByLabel('Address of the link')).toBeFocused();
  await page.keyboard.type('www.example.org/lease');
  await page.keyboard.press('Enter');
  await expect(letter).toBeFocused();
  await expect(letter).toHaveText(/^see\salso\swww\.example\.org\/lease$/);
});

test('a quote is made and taken back, and undo knows it', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await letter.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.type('quoted');
  await page.getByRole('button', { name: 'Quote' }).click();
  await expect(letter.locator('blockquote')).toHaveText('quoted');
  await expect(page.getByRole('button', { name: 'Quote' })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Quote' }).click();
  await expect(letter.locator('blockquote')).toHaveCount(0);
  await expect(letter).toHaveText('quoted');
  await page.keyboard.press('Control+Z');
  await expect(letter.locator('blockquote')).toHaveText('quoted');
});

test('what is pasted comes in as the server cleaned it', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await letter.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await letter.evaluate((words) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Title one two');
    data.setData('text/html', '<h1 style="color:red" onclick="alert(1)">Title</h1><table><tr><td>one</td><td><b>two</b></td></tr></table><img src="/x.png" onerror="alert(1)">');
    words.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await expect(letter).toContainText('Title');
  await expect(letter.locator('b')).toHaveText('two');
  expect(await html(letter)).not.toMatch(/style|onclick|img|h1|table/);
  await saved(page);
});

async function drop(page: Page, files: { name: string; size: number }[]): Promise<void> {
  await page.getByRole('main').evaluate((main, files) => {
    const data = new DataTransfer();
    for (const { name, size } of files) data.items.add(new File([new Uint8Array(size)], name, { type: 'application/pdf' }));
    for (const kind of ['dragover', 'drop']) main.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
  }, files);
}

test('files dropped on a letter are attached, and what is typed stays', async ({ page, own }) => {
  await begin(page, own);
  await page.getByLabel('Subject').fill('The lease');
  const told = page.getByRole('status');
  await drop(page, [{ name: 'lease.pdf', size: 2_000_000 }, { name: 'plan.pdf', size: 1000 }]);
  await expect(told.filter({ hasText: /^Attached\.$/ })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'lease.pdf' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'plan.pdf' })).toBeVisible();
  await expect(page.getByLabel('Subject')).toHaveValue('The lease');
  await drop(page, [{ name: 'film.pdf', size: 21 * 1024 * 1024 }]);
  await expect(told.filter({ hasText: '20 MB at most' })).toBeVisible();
  await drop(page, [{ name: 'half.pdf', size: 19 * 1024 * 1024 }]);
  await expect(page.getByText('All files of a letter together may have 20 MB at most', { exact: false }).last()).toBeVisible();
  await drop(page, Array.from({ length: 31 }, (_, n) => ({ name: `${n}.pdf`, size: 1 })));
  await expect(told.filter({ hasText: '30 files at most' })).toBeVisible();
  await fits(page);
  await page.getByRole('button', { name: 'Add or remove files' }).click();
  await ready(page);
  await expect(page.getByRole('main')).not.toContainText('half.pdf');
  await drop(page, [{ name: 'note.pdf', size: 10 }]);
  await expect(page.getByRole('main')).toContainText('note.pdf');
  await ready(page);
  await page.getByRole('link', { name: 'Back to the letter' }).click();
  await expect(page.getByLabel('Subject')).toHaveValue('The lease');
});
