// A person signs in at the provider of his or her own mailbox (O15, O21). The provider is played by the test: nothing leaves the machine.
import { Office } from '../lib/office.ts';
import { expect, fits, ready, signIn, test as base } from '../lib/test.ts';

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(0, []);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
let number = 0;

test('a provider that says no is told in words, and the sign-in can be begun again', async ({ page, own }) => {
  await signIn(page, own, '/accounts/new');
  await page.getByRole('link', { name: 'Microsoft 365' }).first().click();
  await page.getByText('The set-up for one\'s own mailbox, step by step').click();
  await expect(page.locator('#redirect-address')).toHaveText(`${own.url}/accounts/signed-in`);
  await ready(page);
  const address = `studio${++number}-${test.info().project.name.replace(/\W/g, '')}@contoso.example`;
  await page.getByLabel('E-mail address of the mailbox').fill(address);
  await page.getByLabel('Name', { exact: true }).fill(address);
  await page.getByLabel('As the person whose mailbox it is').check();
  await page.getByLabel('Directory (tenant) ID').fill('contoso.example');
  await page.getByLabel('Application (client) ID').fill('11111111-2222-3333-4444-555555555555');
  await fits(page);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText(`Nobody has signed in for ${address} yet`)).toBeVisible();

  // The person declines.
  let asked = '';
  await page.route('https://login.microsoftonline.com/**', (route) => {
    asked = route.request().url();
    expect(route.request().headers()['referer']).toBeUndefined();
    const state = new URL(asked).searchParams.get('state')!;
    const back = `${own.url}/accounts/signed-in?error=access_denied&error_description=AADSTS65004&state=${encodeURIComponent(state)}`;
    return route.fulfill({ status: 302, headers: { location: back } });
  });
  await ready(page);
  await page.getByRole('button', { name: 'Sign in at Microsoft' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Microsoft did not agree' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('The person did not agree. Begin again and agree');
  await fits(page);
  const query = new URL(asked).searchParams;
  expect([query.get('scope'), query.get('login_hint'), query.get('code_challenge_method')]).toEqual([
    'https://graph.microsoft.com/Mail.Read offline_access',
    address,
    'S256',
  ]);
  await ready(page);
  await page.getByRole('link', { name: 'Back to the account' }).click();
  await expect(page.getByRole('heading', { level: 1, name: address })).toBeVisible();

  // A link that somebody else sent connects nothing.
  await page.goto(`${own.url}/accounts/signed-in?code=c&state=made-up`);
  await expect(page.getByRole('heading', { level: 1, name: 'This sign-in cannot be finished' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Finish connecting' })).toHaveCount(0);
});
