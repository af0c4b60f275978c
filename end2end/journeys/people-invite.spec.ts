// People and access: a colleague is invited by a link, sets up a second factor and signs in with it (RELIABILITY §4.2).
import type { Page } from '@playwright/test';
import { ada, type Office } from '../lib/office.ts';
import { alive, expect, fits, ready, test } from '../lib/test.ts';
import { code } from '../lib/totp.ts';

const dora = { name: 'Dora Dee', email: 'dora@kontor.example', password: 'six calm blue whales' };

test('a colleague is invited, comes by the link, and signs in with a second factor', async ({ page, emptyOffice: office }) => {
  test.slow();
  await setUp(page, office);
  const link = await test.step('invite', () => invite(page, office));
  await signOut(page, ada.name);
  await test.step('come by the link', () => comeIn(page, link));
  const secret = await test.step('set up the second factor', () => enrol(page, office));
  await signOut(page, dora.name);
  await test.step('sign in with it', () => signInWithCode(page, office, secret));
});

async function setUp(page: Page, office: Office): Promise<void> {
  await page.goto(office.setUpLink);
  await ready(page);
  await page.getByLabel('Full name').fill(ada.name);
  await page.getByLabel('E-mail address').fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByLabel('Password again').fill(ada.password);
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome to Postroom' })).toBeVisible();
}

async function invite(page: Page, office: Office): Promise<string> {
  await page.goto(`${office.url}/settings/people`);
  await ready(page);
  const form = page.locator('#invite');
  await form.getByLabel('Full name').fill(dora.name);
  await form.getByLabel('E-mail address').fill(dora.email);
  await form.getByRole('button', { name: 'Make the invitation' }).click();
  const fresh = page.getByRole('region', { name: `The invitation for ${dora.name}` });
  const link = await fresh.getByLabel('Link').inputValue();
  await fits(page);
  await ready(page);
  await fresh.getByRole('button', { name: 'I have copied it' }).click();
  await expect(fresh).toBeHidden();
  return link;
}

async function comeIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await ready(page);
  await expect(page.getByLabel('E-mail address')).toHaveValue(dora.email);
  await page.getByLabel('Password', { exact: true }).fill(dora.password);
  await page.getByLabel('Password again').fill(dora.password);
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}

async function enrol(page: Page, office: Office): Promise<string> {
  await page.goto(`${office.url}/settings/second-factor`);
  await ready(page);
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
  await ready(page);
  const secret = (await page.locator('code.secret').innerText()).replace(/\s/g, '');
  await fits(page);
  // The code of the step before is good too, and leaves the one of this step for the sign-in.
  await expect(async () => {
    await page.getByLabel('Six digits').fill(code(secret, -1));
    await page.getByRole('button', { name: 'Turn the second factor on' }).click();
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible({ timeout: 5000 });
  }).toPass();
  await expect(page.getByRole('listitem').filter({ hasText: /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/ })).toHaveCount(10);
  await fits(page);
  return secret;
}

async function signInWithCode(page: Page, office: Office, secret: string): Promise<void> {
  await page.goto(`${office.url}/sign-in?next=/settings/profile`);
  await ready(page);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(dora.email);
  await page.getByLabel('Password', { exact: true }).fill(dora.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill(code(secret, 0));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your profile' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Open sessions' })).toBeVisible();
  await fits(page);
}

async function signOut(page: Page, name: string): Promise<void> {
  await ready(page);
  await page.locator('details.user > summary').click();
  if (alive()) {
    // The menu closes on Escape and on a click beside it.
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
    await page.locator('details.user > summary').click();
    await page.mouse.click(5, page.viewportSize()!.height - 5);
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
    await page.locator('details.user > summary').click();
  }
  await expect(page.locator('details.user'), name).toContainText('Your profile');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}
