// FN-15: the preview of a text follows while one types.
import { expect, signIn, test } from '../lib/test.ts';

test('the preview follows what is typed', async ({ page, office }) => {
  await signIn(page, office, '/settings/texts/new');
  await page.getByLabel('Words').fill('Code {{ client.code }}.');
  const preview = page.getByRole('region', { name: 'reads it' });
  await expect(preview).toContainText(/Code [^{\s]+\./);
  await page.getByLabel('Words').fill('{{ nothing }}');
  await expect(preview).toContainText('“nothing” is no field');
});
