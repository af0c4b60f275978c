// A colleague comes by an invitation and sets up a second factor.
import type { Page } from '@playwright/test';
import type { Office } from './office.ts';
import { expect, fits, ready } from './test.ts';
import { code } from './totp.ts';

export interface Person {
  name: string;
  email: string;
  password: string;
}

export const dora: Person = { name: 'Dora Dee', email: 'dora@kontor.example', password: 'six calm blue whales' };

/** Somebody who may do so is signed in: the link for a colleague, shown once. */
export async function invite(page: Page, office: Office, who: Person): Promise<string> {
  await page.goto(`${office.url}/settings/people`);
  await ready(page);
  const form = page.locator('#invite');
  await form.getByLabel('Full name').fill(who.name);
  await form.getByLabel('E-mail address').fill(who.email);
  await form.getByRole('button', { name: 'Make the invitation' }).click();
  const fresh = page.getByRole('region', { name: `The invitation for ${who.name}` });
  const link = await fresh.getByLabel('Link').inputValue();
  await fits(page);
  await ready(page);
  await fresh.getByRole('button', { name: 'I have copied it' }).click();
  await expect(fresh).toBeHidden();
  return link;
}

/** Nobody is signed in: the colleague opens the link and chooses a password. */
export async function join(page: Page, link: string, who: Person): Promise<void> {
  await page.goto(link);
  await ready(page);
  await expect(page.getByLabel('E-mail address')).toHaveValue(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByLabel('Password again').fill(who.password);
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}

/** The one who is signed in turns a second factor on; answers its secret. */
export async function enrol(page: Page, office: Office): Promise<string> {
  await page.goto(`${office.url}/settings/second-factor`);
  await ready(page);
  await page.getByRole('button', { name: 'Set it up' }).click();
  await expect(page.getByRole('img', { name: /^QR code/ })).toBeVisible();
  await ready(page);
  const secret = (await page.getByRole('main').getByRole('code').innerText()).replace(/\s/g, '');
  await fits(page);
  // The code of the step before is good too, and leaves the one of this step for the sign-in.
  await expect(async () => {
    await page.getByLabel('Six digits').fill(code(secret, -1));
    await page.getByRole('button', { name: 'Turn the second factor on' }).click();
    await expect(page.getByRole('heading', { name: 'Your recovery codes' })).toBeVisible({ timeout: 5000 });
  }).toPass();
  await expect(page.getByRole('listitem').filter({ hasText: recoveryCode })).toHaveCount(10);
  await fits(page);
  return secret;
}

/** What a recovery code looks like. */
export const recoveryCode = /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/;

/** Password given: the page that asks for the code. */
export async function firstStep(page: Page, office: Office, who: Person, next = '/settings/profile'): Promise<void> {
  await page.goto(`${office.url}/sign-in?next=${next}`);
  await ready(page);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
}
