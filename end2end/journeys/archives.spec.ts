// Letters from a file: refused in words, imported with a ledger, found in a client's history, not held twice.
import { Office } from '../lib/office.ts';
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

const letter = (n: number) =>
  `From a@b.example Sat Mar 14 09:12:00 2026\nFrom: Margaret <margaret.hale@example.org>\nTo: old@kontor.example\nSubject: From the attic ${n}\nMessage-ID: <attic-${n}@example.org>\nDate: Sat, 14 Mar 2015 09:1${n}:00 +0000\n\nFound in a box, ${n}.\n\n`;
const mbox = [1, 2, 3].map(letter).join('');

test('an mbox is imported by page, and importing it again changes nothing', async ({ page }) => {
  test.slow();
  const office = await Office.filled(5);
  try {
    await signIn(page, office, '/accounts');
    await page.getByRole('link', { name: 'Import files' }).click();
    await ready(page);
    const send = async (name: string, text: string) => {
      await page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(text) });
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await ready(page);
    };
    await page.getByLabel('Archive', { exact: true }).fill('Attic');
    await send('notes.txt', 'only notes');
    await expect(page.getByRole('alert')).toContainText('No letter was found in this file');
    await expect(page.getByLabel('Archive', { exact: true }), 'what was typed is kept').toHaveValue('Attic');
    await fits(page);

    await send('attic.mbox', mbox);
    await expect(page.getByRole('heading', { name: 'Attic', level: 1 })).toBeVisible();
    const balanced = async () => {
      await expect(async () => {
        await page.reload();
        await ready(page);
        await expect(page.getByText('Complete: all 3 letters on the server are accounted for.')).toBeVisible({ timeout: 1000 });
      }).toPass();
    };
    await balanced();
    await expect(page.getByRole('rowheader', { name: /attic\.mbox/ })).toBeVisible();
    await fits(page);

    await page.getByRole('link', { name: 'Import another file' }).click();
    await ready(page);
    await expect(page.getByLabel('Archive', { exact: true })).toHaveValue('Attic');
    // The ledger balances a moment before the import lets go of the archive: until then the page says so.
    await expect(async () => {
      await send('attic-again.mbox', mbox);
      await expect(page.getByRole('heading', { name: 'Attic', level: 1 })).toBeVisible({ timeout: 2_000 });
    }).toPass({ timeout: 60_000 });
    await balanced();
    await expect(page.getByRole('rowheader', { name: /\.mbox/ })).toHaveCount(1);

    await page.goto(`${office.url}/clients?words=hale`);
    await page.getByRole('main').getByRole('link', { name: /Hale/ }).first().click();
    await ready(page);
    await page.goto(`${page.url().replace(/[?#].*/, '')}?until=2016-01-01`);
    await expect(page.getByRole('link', { name: 'From the attic 2' })).toBeVisible();
  } finally {
    await office.stop();
  }
});
