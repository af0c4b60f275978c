// People and access with the keyboard alone: invited and come, permissions, cost centres, a new password by link, the second factor, sessions,
// the audit trail. Without JavaScript too.
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { recoveryCode } from '../lib/colleague.ts';
import { choose, comeIn, follow, press, skip, tabTo, tick, type } from '../lib/keys.ts';
import { ada, Office } from '../lib/office.ts';
import { ownMenu } from '../lib/rows.ts';
import { expect, fits, mainLink, ready, test as base } from '../lib/test.ts';
import { code } from '../lib/totp.ts';

const dora = { name: 'Dora Dee', email: 'dora@kontor.example', password: 'six calm blue whales' };
const renewed = { ...dora, password: 'seven calm blue whales' };

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(0);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('a colleague is invited, comes by the link in a browser of her own, and sets a second factor', async ({ page, own, browser }) => {
  test.slow();
  await comeIn(page, own, '/settings/cost-centres');
  await type(page, page.getByLabel('Name', { exact: true }), 'Harbour Street');
  await follow(page, page.getByRole('button', { name: 'Add the cost centre' }));
  await follow(page, page.getByRole('link', { name: 'Harbour Street' }));
  await tick(page, page.getByRole('checkbox', { name: ada.name }));
  await follow(page, page.getByRole('button', { name: 'Save the people' }));
  await expect(page.getByRole('status').filter({ hasText: 'The change is saved.' })).toBeVisible();

  await follow(page, page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: 'Settings' }));
  await follow(page, page.getByRole('main').getByRole('link', { name: /People/ }));
  const link = await test.step('invite', async () => {
    await press(page, page.getByRole('link', { name: 'Invite a colleague' }));
    const form = page.locator('#invite');
    await type(page, form.getByLabel('Full name'), dora.name);
    await follow(page, form.getByRole('button', { name: 'Make the invitation' }));
    await expect(page.getByRole('alert')).toContainText('There is a problem');
    await expect(form.getByLabel('Full name')).toHaveValue(dora.name);
    await type(page, form.getByLabel('E-mail address'), dora.email);
    await tick(page, form.getByRole('checkbox', { name: 'Harbour Street' }));
    await follow(page, form.getByRole('button', { name: 'Make the invitation' }));
    return await take(page, `The invitation for ${dora.name}`);
  });

  const other = await another(browser, page);
  try {
    const hers = await other.newPage();
    await test.step('come', async () => {
      await hers.goto(link);
      await ready(hers);
      await type(hers, hers.getByLabel('Password', { exact: true }), dora.password);
      await type(hers, hers.getByLabel('Password again'), 'something else');
      await follow(hers, hers.getByRole('button', { name: 'Begin' }));
      await expect(hers.getByRole('alert')).toContainText('There is a problem');
      await expect(hers.getByLabel('Full name')).toHaveValue(dora.name);
      await type(hers, hers.getByLabel('Password', { exact: true }), dora.password);
      await type(hers, hers.getByLabel('Password again'), dora.password);
      await follow(hers, hers.getByRole('button', { name: 'Begin' }));
      await expect(hers.getByRole('navigation', { name: 'Main' })).toBeVisible();
      await fits(hers);
    });

    await test.step('what she may do, in words', async () => {
      await page.reload();
      await ready(page);
      await follow(page, page.getByRole('main').getByRole('link', { name: dora.name }));
      await tick(page, page.locator('#grant-Clients\\.Edit'));
      await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
      await expect(page.locator('#grant-Clients\\.Edit')).toBeChecked();
      await fits(page);
    });

    const { secret, spare } = await test.step('a second factor', () => enrol(hers, own));
    await signOut(hers);
    await test.step('come with a code, and with a code of the reserve', async () => {
      await step(hers, own, dora, code(secret));
      await signOut(hers);
      await step(hers, own, dora, spare);
    });

    await test.step('a new password by link; every session of hers has ended', async () => {
      await follow(page, page.getByRole('button', { name: 'Make a link for a new password' }));
      const reset = await take(page, /new password$/);
      await hers.goto(reset);
      await ready(hers);
      await type(hers, hers.getByLabel('Password', { exact: true }), renewed.password);
      await type(hers, hers.getByLabel('Password again'), renewed.password);
      await follow(hers, hers.getByRole('button', { name: 'Set the password' }));
      await expect(hers.getByText('The password is set. Sign in with it.')).toBeVisible();
      await page.reload();
      await ready(page);
      await expect(page.getByRole('table', { name: 'Open sessions' })).toHaveCount(0);
      await expect(page.getByRole('table', { name: 'Sign-ins and tries' }).getByRole('row')).not.toHaveCount(1);
    });
    await test.step('the factor is taken away, and she comes with the password alone', async () => {
      await follow(page, page.getByRole('button', { name: 'Take the second factor away' }));
      await comeIn(hers, own, '/clients', renewed);
      await expect(hers.getByRole('heading', { level: 1, name: 'Clients' })).toBeVisible();
    });
    await test.step('a session is ended from afar', async () => {
      await page.reload();
      await ready(page);
      await follow(page, page.getByRole('button', { name: /^End the session with/ }));
      await hers.reload();
      await expect(hers).toHaveURL(/\/sign-in/);
    });
  } finally {
    await other.close();
  }
});

test('the shortcuts are switched off and on, and the audit trail tells who did what', async ({ page, own }) => {
  await comeIn(page, own, '/settings/profile');
  await follow(page, page.getByRole('button', { name: 'Turn shortcuts off' }));
  await expect(page.getByText('Shortcuts are off.')).toBeVisible();
  await follow(page, page.getByRole('button', { name: 'Turn shortcuts on' }));
  await follow(page, await mainLink(page, 'Audit', (more) => press(page, more, { back: true })), { back: page.viewportSize()!.width >= 860 });
  await press(page, page.getByText('Filter, or take it away'));
  await choose(page, page.getByLabel('What', { exact: true }), 'Clients');
  await type(page, page.getByLabel('Who', { exact: true }), 'console');
  await follow(page, page.getByRole('button', { name: 'Show these' }));
  await expect(page).toHaveURL(/group=client/);
  await expect(page.getByRole('table', { name: 'Audit trail' }).getByRole('row')).not.toHaveCount(1);
  const download = page.waitForEvent('download');
  await press(page, page.getByRole('link', { name: 'Save as a file (JSON lines)' }));
  expect((await download).suggestedFilename()).toBe('audit-trail.jsonl');
  await fits(page);
  await page.goto(`${own.url}/audit`);
  await ready(page);
  await skip(page);
  await follow(page, page.getByRole('button', { name: 'Verify the record' }));
  await expect(page.getByText('The record is whole.')).toBeVisible();
  await tabTo(page, page.getByText('Filter, or take it away'));
});

/** A browser of somebody else, of the same kind. */
async function another(browser: Browser, page: Page): Promise<BrowserContext> {
  const { javaScriptEnabled, colorScheme, locale, timezoneId } = test.info().project.use;
  return await browser.newContext({ javaScriptEnabled, colorScheme, locale, timezoneId, viewport: page.viewportSize() });
}

/** The link that was just made; then it is put away. */
async function take(page: Page, title: string | RegExp): Promise<string> {
  const fresh = page.getByRole('region', { name: title });
  const link = await fresh.getByLabel('Link').inputValue();
  await fits(page);
  await follow(page, fresh.getByRole('button', { name: 'I have copied it' }));
  await expect(fresh).toHaveCount(0);
  return link;
}

async function enrol(page: Page, own: Office): Promise<{ secret: string; spare: string }> {
  await page.goto(`${own.url}/settings/second-factor`);
  await ready(page);
  await follow(page, page.getByRole('button', { name: 'Set it up' }));
  const secret = (await page.getByRole('main').getByRole('code').innerText()).replace(/\s/g, '');
  // The code of the step before is good too, and leaves the one of this step for the sign-in.
  await expect(async () => {
    await type(page, page.getByLabel('Six digits'), code(secret, -1));
    await follow(page, page.getByRole('button', { name: 'Turn the second factor on' }));
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible({ timeout: 1000 });
  }).toPass();
  const spare = await page.getByRole('listitem').filter({ hasText: recoveryCode }).first().innerText();
  await follow(page, page.getByRole('button', { name: 'I have kept them' }));
  return { secret, spare };
}

/** Signs in with the password and a code. */
async function step(page: Page, own: Office, who: typeof dora, proof: string): Promise<void> {
  await comeIn(page, own, '/settings/profile', who);
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await type(page, page.getByLabel('Code', { exact: true }), proof);
  await follow(page, page.getByRole('button', { name: 'Sign in', exact: true }));
  await expect(page.getByRole('heading', { level: 1, name: 'Your profile' })).toBeVisible();
}

async function signOut(page: Page): Promise<void> {
  await press(page, ownMenu(page));
  await follow(page, page.getByRole('button', { name: 'Sign out', exact: true }));
  await expect(page).toHaveURL(/\/sign-in/);
}
