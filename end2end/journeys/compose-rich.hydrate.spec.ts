// A letter with formatting, by keyboard alone; what is pasted is cleaned by the server; files are dropped (FC-20).
import type { Locator, Page } from '@playwright/test';
import { follow, press, tabTo } from '../lib/keys.ts';
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, ready } from '../lib/test.ts';
import { begin, emptied, held, paste, saved } from '../lib/writing.ts';

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
const words = (letter: Locator) => letter.evaluate((words) => words.innerHTML);

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
  await saved(page, 'two');
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

  // The line under a link is none that the writer drew.
  const underline = page.getByRole('button', { name: 'Underline' });
  const underlined = () => page.evaluate(() => document.queryCommandState('underline'));
  await page.keyboard.press('ArrowLeft');
  expect(await underlined()).toBe(false);
  await expect(underline).toHaveAttribute('aria-pressed', 'false');
  for (let n = 0; n < 3; n += 1) await page.keyboard.press('Shift+ArrowLeft');
  await page.keyboard.press('Control+U');
  await expect(underline).toHaveAttribute('aria-pressed', 'true');
  await expect(letter.locator('u')).toHaveText('eas');
  await expect(letter.getByRole('link')).toHaveText('www.example.org/lease');
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
  await emptied(page, letter);
  const html = '<h1 style="color:red" onclick="alert(1)">Title</h1><table><tr><td>one</td><td><b>two</b></td></tr></table><img src="/x.png" onerror="alert(1)">';
  await paste(letter, html, 'Title one two');
  await expect(letter).toContainText('Title');
  await expect(letter.locator('b')).toHaveText('two');
  expect(await words(letter)).not.toMatch(/style|onclick|img|h1|table/);
  await saved(page, 'two');
});

// FC-20: a letter never leaves without what its writer has put into it.
test('a letter that is sent while pasted words are on their way takes them along', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await emptied(page, letter);
  const cleaning = await held(page, '**/api/compose/clean');
  await paste(letter, '<b>pasted</b>', 'pasted');
  await cleaning.asked;
  await expect(page.getByRole('status').filter({ hasText: 'on its way' })).toBeVisible();
  const button = page.getByRole('button', { name: 'Save as draft' }).last();
  await button.click();
  await expect(button).toHaveAttribute('aria-busy', 'true');
  cleaning.letThrough();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(letter.locator('b')).toHaveText('pasted');
});

test('what is pasted comes in where it was pasted, and takes neither cursor nor focus', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await emptied(page, letter);
  await page.keyboard.type('one');
  const first = await held(page, '**/api/compose/clean');
  await paste(letter, '<b>pasted</b>', 'pasted');
  await first.asked;
  await page.keyboard.type('two');
  first.letThrough();
  await expect(letter.locator('b')).toHaveText('pasted');
  await page.keyboard.type('three');
  await expect(letter).toHaveText('onepastedtwothree');

  const second = await held(page, '**/api/compose/clean');
  await paste(letter, '<i>again</i>', 'again');
  await second.asked;
  const subject = page.getByLabel('Subject');
  await subject.focus();
  await page.keyboard.type('The ');
  second.letThrough();
  await expect(letter.locator('i')).toHaveText('again');
  await page.keyboard.type('lease');
  await expect(subject).toBeFocused();
  await expect(subject).toHaveValue('The lease');
  await saved(page, 'again');
});

test('what is pasted twice at once comes in in that order', async ({ page, own }) => {
  const letter = await formatted(page, own);
  for (const [before, inOrder] of [['one', true], ['two', false]] as const) {
    await emptied(page, letter);
    await page.keyboard.type(before);
    // What is to be held last is asked for first.
    const second = await held(page, '**/api/compose/clean');
    const first = await held(page, '**/api/compose/clean');
    await paste(letter, '<span>first</span>', 'first');
    await first.asked;
    await paste(letter, '<span>second</span>', 'second');
    await second.asked;
    const [sooner, later] = inOrder ? [first, second] : [second, first];
    sooner.letThrough();
    await expect(letter).toContainText(inOrder ? 'first' : 'second');
    later.letThrough();
    await expect(letter).toHaveText(`${before}firstsecond`);
  }
});

test('where formatting cannot be kept, the words come in and the writer is told', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await emptied(page, letter);
  await page.route('**/api/compose/clean', (route) => route.fulfill({ status: 413 }));
  await paste(letter, '<b>pasted</b>', 'pasted');
  await expect(letter).toHaveText('pasted');
  await expect(page.getByRole('status').filter({ hasText: 'too long to keep its formatting' })).toBeVisible();
  await page.unroute('**/api/compose/clean');
  await page.route('**/api/compose/autosave', (route) => route.fulfill({ status: 413 }));
  await page.keyboard.type(' more');
  await expect(page.getByRole('status').filter({ hasText: 'the letter is too long' })).toBeVisible();
});

test('the address of a link is kept, cancelled or put in, and never lost unsaid', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await emptied(page, letter);
  const link = page.getByRole('button', { name: 'Link', exact: true });
  const address = page.getByLabel('Address of the link');
  await link.click();
  await address.fill('javascript:alert(1)');
  await page.getByRole('button', { name: 'Put the link in' }).click();
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await expect(address).toHaveAccessibleDescription(/A link leads to a page/);
  await address.fill('www.example.org');
  await link.click();
  await expect(link).toHaveAttribute('aria-expanded', 'false');
  await expect(address).toBeHidden();
  // Folded away it is as little lost as in sight.
  const save = page.getByRole('button', { name: 'Save as draft' }).last();
  await save.click();
  await expect(page.getByRole('status').filter({ hasText: 'Put the link in, or cancel it' })).toBeVisible();
  await expect(link).toHaveAttribute('aria-expanded', 'true');
  await expect(address).toBeFocused();
  await expect(address).toHaveValue('www.example.org');
  await link.click();
  await link.click();
  await expect(address).toHaveValue('www.example.org');
  await save.click();
  await expect(page.getByRole('status').filter({ hasText: 'Put the link in, or cancel it' })).toBeVisible();
  await expect(address).toBeFocused();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(address).toBeHidden();
  await expect(letter).toBeFocused();
  await link.click();
  await expect(address).toHaveValue('');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(letter.getByRole('link')).toHaveCount(0);
});

test('keys with Shift or Alt are left to the browser', async ({ page, own }) => {
  const letter = await formatted(page, own);
  await letter.focus();
  const taken = (key: string, also: { shiftKey?: boolean; altKey?: boolean }) =>
    letter.evaluate((words, init) => !words.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init })), { key, ctrlKey: true, ...also });
  for (const key of ['b', 'i', 'u', 'k']) {
    expect(await taken(key.toUpperCase(), { shiftKey: true }), `Ctrl+Shift+${key}`).toBe(false);
    expect(await taken(key, { altKey: true }), `Ctrl+Alt+${key}`).toBe(false);
  }
  expect(await taken('b', {}), 'Ctrl+B').toBe(true);
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
  // Where one looks, however far down the page files stand.
  await expect(told.filter({ hasText: /^Attached\.$/ })).toBeInViewport();
  await expect(page.getByRole('listitem').filter({ hasText: 'lease.pdf' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'plan.pdf' })).toBeVisible();
  await expect(page.getByLabel('Subject')).toHaveValue('The lease');
  await drop(page, [{ name: 'film.pdf', size: 21 * 1024 * 1024 }]);
  await expect(told.filter({ hasText: '20 MB at most' })).toBeVisible();
  await drop(page, [{ name: 'half.pdf', size: 19 * 1024 * 1024 }]);
  await expect(page.getByText('All files of a letter together may have 20 MB at most', { exact: false }).last()).toBeVisible({ timeout: 30_000 });
  await drop(page, Array.from({ length: 31 }, (_, n) => ({ name: `${n}.pdf`, size: 1 })));
  await expect(told.filter({ hasText: '30 files at most' })).toBeVisible();
  await fits(page);
  await page.getByRole('button', { name: 'Add or remove files' }).click();
  await expect(page).toHaveURL(/\/files$/);
  await ready(page);
  await expect(page.getByRole('main')).not.toContainText('half.pdf');
  await drop(page, [{ name: 'note.pdf', size: 10 }]);
  await expect(page.getByRole('main')).toContainText('note.pdf');
  await ready(page);
  await page.getByRole('link', { name: 'Back to the letter' }).click();
  await expect(page.getByLabel('Subject')).toHaveValue('The lease');
});

test('a letter that is sent while its files are on their way takes them along', async ({ page, own }) => {
  await begin(page, own);
  const uploading = await held(page, '**/upload/draft', { heard: false });
  await drop(page, [{ name: 'lease.pdf', size: 10 }]);
  await uploading.asked;
  const button = page.getByRole('button', { name: 'Save as draft' }).last();
  await button.click();
  await expect(button).toHaveAttribute('aria-busy', 'true');
  uploading.letThrough();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await expect(page.getByRole('listitem').filter({ hasText: 'lease.pdf' })).toBeVisible();
});

test('a letter waits for all that is on its way, by a button that was drawn anew meanwhile too', async ({ page, own }) => {
  await begin(page, own);
  const saving = await held(page, '**/api/compose/autosave');
  await page.getByLabel('Subject').fill('The lease');
  await saving.asked;
  const uploading = await held(page, '**/upload/draft', { heard: false });
  await drop(page, [{ name: 'lease.pdf', size: 10 }]);
  await uploading.asked;
  await page.getByRole('button', { name: 'Save as draft' }).last().click();
  await expect(page.getByRole('button', { name: 'Save as draft' }).last()).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('status').filter({ hasText: 'a part of the letter is still to come' })).toBeVisible();
  await page.getByRole('button', { name: 'Attach files' }).click();
  await expect(page.getByRole('button', { name: 'Attach files' })).toHaveAttribute('aria-busy', 'true');
  await expect(page.getByRole('button', { name: 'Save as draft' }).last()).not.toHaveAttribute('aria-busy', 'true');
  uploading.letThrough();
  await expect(page.getByRole('button', { name: 'Add or remove files' })).toBeVisible();
  saving.letThrough();
  await expect(page).toHaveURL(/\/files$/);
  await expect(page.getByRole('main')).toContainText('lease.pdf');
});

test('a letter is discarded without waiting for its files', async ({ page, own }) => {
  await begin(page, own);
  await page.route('**/upload/draft', () => undefined);
  await drop(page, [{ name: 'lease.pdf', size: 10 }]);
  await expect(page.getByText('Sending the file').or(page.getByText('The file is here; a moment'))).toBeVisible();
  await page.getByRole('button', { name: 'Discard this draft' }).click();
  await expect(page.getByText('The draft is discarded.')).toBeVisible();
});

test('after an upload that was broken off, the files are shown as they are', async ({ page, context, own }) => {
  await begin(page, own);
  const other = await context.newPage();
  await other.goto(`${page.url()}/files`);
  await ready(other);
  await other.getByLabel('Add a file').setInputFiles({ name: 'elsewhere.txt', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await other.getByRole('button', { name: 'Attach', exact: true }).click();
  await expect(other.getByRole('main')).toContainText('elsewhere.txt');
  await page.route('**/upload/draft', (route) => route.abort());
  await drop(page, [{ name: 'lease.pdf', size: 10 }]);
  await expect(page.getByRole('status').filter({ hasText: 'was broken off' })).toBeVisible();
  await expect(page.getByRole('listitem').filter({ hasText: 'elsewhere.txt' })).toBeVisible();
});
