// The first minutes with the keyboard alone (FP-10 to FP-13, FP-35): the steps are left and found again, empty pages say what to do next,
// a mailbox is connected by hand. Without JavaScript too.
import type { Page } from '@playwright/test';
import { choose, follow, press, skip, tabTo, tick, type } from '../lib/keys.ts';
import { ada, officeAddress, type Office } from '../lib/office.ts';
import { alive, expect, fits, ready, test, visit } from '../lib/test.ts';

test('the first steps are taken, left and found again where they were', async ({ page, emptyOffice: office }) => {
  test.slow();
  await test.step('oneself', () => setUp(page, office));
  await expect(page.getByRole('heading', { name: 'Set-up: 1 of 5 steps done' })).toBeVisible();
  await test.step('empty pages say what to do next', () => empty(page, office));
  await test.step('the mailbox', () => connect(page, office));
  await test.step('left, and found again', async () => {
    await visit(page, office, '/');
    await expect(page.getByRole('heading', { name: 'Set-up: 2 of 5 steps done' })).toBeVisible();
    await fits(page);
    await follow(page, page.getByRole('main').getByRole('link', { name: 'Choose folders' }));
  });
  await test.step('the folders', () => folders(page));
  await test.step('the clients', () => client(page, office));
  await visit(page, office, '/');
  await expect(page.getByRole('heading', { level: 1, name: 'Your office' })).toBeVisible();
  await expect(page.getByRole('heading', { name: /^Set-up:/ })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Last step: answer letters from here' })).toBeVisible();
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Set up sending' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Outgoing: Office' })).toBeVisible();
  await test.step('an office that only reads', async () => {
    await visit(page, office, '/');
    await skip(page);
    await follow(page, page.getByRole('button', { name: 'Put this away' }));
    await expect(page.getByRole('status').filter({ hasText: 'Sending can be set up whenever you want it' })).toBeVisible();
    await expect(page.getByRole('heading', { name: /^Last step:/ })).toHaveCount(0);
    await fits(page);
  });
});

async function setUp(page: Page, office: Office): Promise<void> {
  await page.goto(office.setUpLink);
  await ready(page);
  await type(page, page.getByLabel('Full name'), ada.name);
  await type(page, page.getByLabel('E-mail address'), 'ada at kontor');
  await type(page, page.getByLabel('Password', { exact: true }), ada.password);
  await type(page, page.getByLabel('Password again'), ada.password);
  const done = page.getByRole('button', { name: 'Set up and sign in' });
  await follow(page, done);
  await expect(page.getByRole('alert')).toContainText('There is a problem');
  await expect(page.getByLabel('Full name')).toHaveValue(ada.name);
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await type(page, page.getByLabel('E-mail address'), ada.email);
  await type(page, page.getByLabel('Password', { exact: true }), ada.password);
  await type(page, page.getByLabel('Password again'), ada.password);
  await follow(page, done);
}

async function empty(page: Page, office: Office): Promise<void> {
  for (const [path, title, next] of [
    ['/clients', 'No clients yet', 'Import a list'],
    ['/accounts', 'No accounts yet', 'Connect a mailbox'],
    ['/mail', 'No mailbox to read', 'See the e-mail accounts'],
  ]) {
    await visit(page, office, path);
    const place = page.getByRole('heading', { name: title }).locator('..');
    await skip(page);
    await tabTo(page, place.getByRole('link', { name: next }));
    await fits(page);
  }
  await visit(page, office, '/');
  await press(page, page.getByText('What should I have at hand?'));
  await expect(page.getByText('That reading by IMAP is allowed')).toBeVisible();
}

async function connect(page: Page, office: Office): Promise<void> {
  const { imaps_port, user, password, fingerprint } = office.mail.line;
  await skip(page).catch(() => undefined);
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Connect a mailbox' }));
  const guessed = alive() ? page.waitForResponse(/\/api\/accounts\/guess/) : null;
  await type(page, page.getByLabel('E-mail address of the mailbox'), officeAddress);
  await press(page, page.getByText('Choose the server type yourself'));
  await tabTo(page, page.getByRole('radio', { checked: true }));
  await guessed;
  for (let presses = 0; presses < 4 && !(await page.getByRole('radio', { name: 'Custom' }).isChecked()); presses++) await page.keyboard.press('ArrowDown');
  await type(page, page.getByLabel('Name', { exact: true }), 'Office');
  await type(page, page.getByLabel('Server', { exact: true }), '127.0.0.1');
  await choose(page, page.getByLabel('Security'), 'TLS');
  await tabTo(page, page.getByLabel('Server', { exact: true }), { back: true });
  await type(page, page.getByLabel('Port', { exact: true }), `${imaps_port}`);
  await type(page, page.getByLabel('User name'), user);
  await type(page, page.getByLabel('Password', { exact: true }), password);
  await type(page, page.getByLabel('Password again'), password);
  await press(page, page.getByText('Advanced', { exact: true }));
  await type(page, page.getByLabel('Pinned certificate'), fingerprint);
  await follow(page, page.getByRole('button', { name: 'Test connection' }));
  await expect(page.getByRole('heading', { name: 'The connection works' })).toBeVisible();
  await fits(page);
  // The test changes nothing: what was typed still stands, and the password is held.
  await expect(page.getByLabel('Server', { exact: true })).toHaveValue('127.0.0.1');
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page).toHaveURL(/\/accounts\/\d+/);
}

async function folders(page: Page): Promise<void> {
  await follow(page, page.getByRole('button', { name: 'Download folders' }));
  await expect(page.getByRole('checkbox', { name: 'INBOX' })).toBeChecked();
  await tick(page, page.getByRole('checkbox', { name: 'Archive', exact: true }));
  await fits(page);
  await follow(page, page.getByRole('button', { name: 'Rehearse' }));
  await expect(page.getByRole('region', { name: 'Rehearsal' })).toContainText('were looked at');
  await follow(page, page.getByRole('button', { name: 'Start collecting' }));
  await expect(page.getByText('Collection is on.')).toBeVisible();
}

async function client(page: Page, office: Office): Promise<void> {
  await visit(page, office, '/');
  await expect(page.getByRole('heading', { name: 'Set-up: 3 of 5 steps done' })).toBeVisible();
  await visit(page, office, '/clients/new');
  await type(page, page.getByLabel('Name', { exact: true }), 'Eleanor Finch');
  await type(page, page.getByLabel('Code', { exact: true }), 'F1002');
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByRole('heading', { level: 1, name: 'Eleanor Finch' })).toBeVisible();
}
