// A large file on its way can be stopped, and the form is ready again.
import { expect, ready, signIn, test } from '../lib/test.ts';

test('a file on its way says so, can be stopped, and is sent again by the same form', async ({ page, office }) => {
  await signIn(page, office, '/accounts/import');
  await ready(page);
  const stop = page.getByRole('button', { name: 'Stop' });
  await expect(stop).toBeHidden();
  // The server takes its time.
  let sent = 0;
  await page.route('**/upload/archive', () => {
    sent += 1;
  });
  await page.getByLabel('Archive', { exact: true }).fill('Attic');
  const file = { name: 'attic.mbox', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3 << 20, 'From ') };
  await page.getByLabel('File', { exact: true }).setInputFiles(file);
  const send = page.getByRole('button', { name: 'Import', exact: true });
  await send.click();
  await expect(stop).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'File on its way' })).toBeVisible();
  await page.getByLabel('Archive', { exact: true }).press('Enter');
  expect(sent, 'one file is sent once').toBe(1);
  await stop.click();
  await expect(page.getByRole('status').filter({ hasText: 'The file did not arrive' })).toBeVisible();
  await expect(page.getByLabel('Archive', { exact: true })).toHaveValue('Attic');
  await send.click();
  await expect.poll(() => sent).toBe(2);
});
