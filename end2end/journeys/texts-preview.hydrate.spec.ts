// FN-15: the preview of a text follows while one types.
import { Office } from '../lib/office.ts';
import { test as base, expect, signIn } from '../lib/test.ts';

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

test('the preview follows what is typed', async ({ page, own }) => {
  await signIn(page, own, '/settings/texts/new');
  await page.getByLabel('Words').fill('Code {{ client.code }}.');
  const preview = page.getByRole('region', { name: 'reads it' });
  await expect(preview).toContainText(/Code [^{\s]+\./);
  await page.getByLabel('Words').fill('{{ nothing }}');
  await expect(preview).toContainText('“nothing” is no field');
});
