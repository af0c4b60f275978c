// Other systems (FC-31) and texts (FN-15): a token that works once made, a webhook that is told, a text tried out. Without JavaScript too.
import { Office } from '../lib/office.ts';
import { test as base, expect, fits, signIn, visit } from '../lib/test.ts';

/** With an office of these tests alone: they change what other systems may do. */
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

test('a token is made, shown once, asks, and is taken back', async ({ page, own }) => {
  const name = `CRM ${Date.now()}`;
  await signIn(page, own, '/settings/api-tokens');
  await fits(page);
  await page.getByRole('button', { name: 'Make the token' }).click();
  await expect(page.getByRole('alert')).toContainText('Choose what the token may do');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Look at clients and their addresses').check();
  await page.getByRole('button', { name: 'Make the token' }).click();
  await expect(page.getByRole('heading', { level: 2, name: `The token of ${name}` })).toBeVisible();
  await fits(page);
  const word = await page.getByLabel('The token', { exact: true }).inputValue();
  const ask = () => page.request.get(`${own.url}/api/v1/clients/NOBODY`, { headers: { authorization: `Bearer ${word}` } });
  expect((await ask()).status()).toBe(404);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await expect(page.getByRole('main')).not.toContainText('The token of');
  await page.getByRole('button', { name: new RegExp(`Take back ?: ${name}`) }).click();
  await expect(page.getByRole('status')).toContainText('The token is taken back');
  expect((await ask()).status()).toBe(401);
});

test('a webhook is added, told a test, and taken away', async ({ page, own }) => {
  await signIn(page, own, '/settings/webhooks');
  await page.getByLabel('Address', { exact: true }).fill('http://crm.example/postroom');
  await page.getByLabel('A letter was sent').check();
  await page.getByRole('button', { name: 'Add the webhook' }).click();
  await expect(page.getByRole('alert')).toContainText('begins with https://');
  const address = `https://crm${Date.now()}.invalid/postroom`;
  await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Add the webhook' }).click();
  await expect(page.getByLabel('The secret', { exact: true })).toHaveValue(/^whsec_/);
  await page.getByRole('button', { name: /^Send a test/ }).click();
  await expect(page.getByRole('status').first()).toContainText('A test is on its way');
  await expect(page.getByRole('region', { name: 'Told lately' })).toContainText('A test');
  await fits(page);
  await page.getByRole('button', { name: /^Take away/ }).click();
  await expect(page.getByRole('status').first()).toContainText('The webhook is taken away');
});

test('a text shows how a client reads it before it is kept', async ({ page, own }) => {
  await signIn(page, own, '/settings/texts/new');
  await page.getByLabel('Name', { exact: true }).fill(`Text ${Date.now()}`);
  await page.getByLabel('Words').fill('Dear {{ client.nmae }}');
  await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('region', { name: 'reads it' });
  await expect(preview).toContainText('“client.nmae” is no field');
  await expect(page.getByLabel('Words')).toHaveValue('Dear {{ client.nmae }}');
  await page.getByLabel('Words').fill('Code {{ client.code }}.');
  await page.getByRole('button', { name: 'Preview' }).click();
  await expect(preview).toContainText(/Code \S+\./);
  await fits(page);
  await visit(page, own, '/about');
  await expect(page.getByRole('main')).toContainText('Version');
  await fits(page);
});
