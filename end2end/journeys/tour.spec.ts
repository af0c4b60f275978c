// The whole product in one day of an office, on real servers (Postfix, Dovecot): set up, four kinds of account, clients and contacts, collection,
// history, an answer that leaves and is answered, a document text, a PDF, a code, the queue of what was not imported, a forward, the trail.
// At a desk only: each part has journeys of its own for the other ways.
import type { Page } from '@playwright/test';
import { clients, setUp } from '../lib/beginnings.ts';
import { Dovecot, type PostfixLine } from '../lib/dovecot.ts';
import { arrived, deliver } from '../lib/imap.ts';
import { hale, type Letter, letters, proposal } from '../lib/letters.ts';
import { ada, Office, officeAddress } from '../lib/office.ts';
import { expect, fits, mainLink, ready, test, visit } from '../lib/test.ts';

const agent = { name: 'Alpine Agents', address: 'agent@alpine-agents.example' };
const approved = { name: 'The desk', address: 'desk@kontor.example' };
/** Mailboxes behind the Postfix: by the name before the @. */
const users = ['office', 'margaret.hale', 'desk', 'drop'];
const toOffice = (more: Partial<Letter>): Letter => ({
  folder: 'INBOX',
  from: `${agent.name} <${agent.address}>`,
  to: `Kontor <${officeAddress}>`,
  subject: 'A booking',
  text: 'Room 7 is confirmed.',
  date: new Date(),
  ...more,
});

test('an office works for a day with all there is', async ({ page }) => {
  test.setTimeout(8 * 60_000);
  const { mail, post } = await Dovecot.behindPostfix(users);
  const office = await Office.emptyWith(mail, letters());
  try {
    await test.step('set up', () => setUp(page, office));
    const mailbox = await test.step('a mailbox by IMAP is collected', () => byImap(page, office));
    await test.step('one by POP3', () => byPop3(page, office, post));
    await test.step('one from a file', () => fromFile(page, office));
    await test.step('and one that only sends, proven by a code in a letter', () => sendingOnly(page, office, post));
    await test.step('clients', () => clients(page, office));
    await test.step('contacts and whose replies are imported', () => replies(page, office, mailbox));
    await test.step('a letter is answered from the history', () => answer(page, office, post));
    await test.step('the answer to it comes back', () => answered(page, office, mailbox));
    await test.step('a document text and a PDF', () => textAndPdf(page, office));
    await test.step('what was not imported is dealt with, and a letter forwarded', () => management(page, office, mailbox, post));
    await test.step('the trail, and that nothing is missing', () => proof(page, office));
  } finally {
    await office.stop();
  }
});

async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(label, { exact: true }).fill(value);
}

/** Reloads until the page says so. */
async function comes(page: Page, words: string | RegExp): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole('main')).toContainText(words, { timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  await ready(page);
}

async function collected(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Download folders' }).click();
  await expect(page.getByRole('button', { name: 'Start collecting' })).toBeVisible({ timeout: 30_000 });
  await ready(page);
  await page.getByRole('button', { name: 'Start collecting' }).click();
  await comes(page, /Complete: all [\d,]+ letters/);
  return new URL(page.url()).pathname;
}

async function byImap(page: Page, office: Office): Promise<string> {
  const { imaps_port, fingerprint, user, password } = office.mail.line;
  await visit(page, office, '/accounts/new');
  await page.getByLabel('E-mail address of the mailbox').fill(officeAddress);
  await page.getByText('Choose the server type yourself').click();
  await page.getByRole('radio', { name: 'Custom' }).check();
  await page.getByLabel('Security').selectOption({ label: 'TLS' });
  await fill(page, { Name: 'Office', Server: '127.0.0.1', Port: `${imaps_port}`, Password: password });
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password again').fill(password);
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByLabel('Pinned certificate').fill(fingerprint);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByRole('heading', { name: 'The connection works' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  return await collected(page);
}

async function byPop3(page: Page, office: Office, post: PostfixLine): Promise<void> {
  await visit(page, office, '/accounts/new?protocol=pop3');
  await page.getByLabel('E-mail address of the mailbox').fill('drop@kontor.example');
  await page.getByLabel('Security').selectOption({ label: 'TLS' });
  await fill(page, { Name: 'Drop', Server: '127.0.0.1', Port: `${post.pop3s_port}`, Password: post.password });
  await page.getByLabel('User name').fill('drop');
  await page.getByLabel('Password again').fill(post.password);
  await page.getByText('Advanced', { exact: true }).click();
  await page.getByLabel('Pinned certificate').fill(post.fingerprint);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByRole('heading', { name: 'The connection works' })).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Download folders' }).click();
  await expect(page.getByRole('checkbox', { name: 'Inbox' })).toBeChecked();
  await page.getByRole('button', { name: 'Start collecting' }).click();
  await expect(page.getByRole('main')).toContainText('Received mail only, so histories are one-sided');
}

async function fromFile(page: Page, office: Office): Promise<void> {
  const mbox = 'From a@b.example Sat Mar 14 09:12:00 2026\nFrom: Margaret <margaret.hale@example.org>\nTo: old@kontor.example\nSubject: From the attic\nMessage-ID: <attic@example.org>\nDate: Sat, 14 Mar 2015 09:12:00 +0000\n\nFound in a box.\n\n';
  await visit(page, office, '/accounts/import');
  await page.getByLabel('Archive', { exact: true }).fill('Attic');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'attic.mbox', mimeType: 'application/mbox', buffer: Buffer.from(mbox) });
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Attic', level: 1 })).toBeVisible();
  await comes(page, 'Complete: all 1 letter');
}

async function sendingOnly(page: Page, office: Office, post: PostfixLine): Promise<void> {
  await visit(page, office, '/accounts/new/sending');
  await page.getByLabel('Security').selectOption({ label: 'STARTTLS' });
  await page.getByLabel('How it signs in').selectOption({ label: 'With the user name and password below' });
  await fill(page, { Name: 'Post', Server: '127.0.0.1', Port: `${post.smtp_port}`, 'User name': post.user, Password: post.password, 'Password again': post.password });
  await fill(page, { 'Sender’s name': 'Kontor Financial Planning', 'Sender’s address': officeAddress });
  await page.getByLabel('System e-mail account').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('It has not proven yet that it sends.');
  await ready(page);
  await page.getByRole('button', { name: 'Test connection' }).click();
  await expect(page.getByRole('region', { name: 'The connection does not work yet' })).toContainText(post.smtp_fingerprint);
  await page.getByLabel('Pinned certificate').fill(post.smtp_fingerprint);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').first()).toContainText('The outgoing side is saved.');
  await ready(page);
  await page.getByRole('button', { name: 'Send the code' }).click();
  await expect(page.getByRole('status').first()).toContainText('The code is on its way.');
  const letter = await arrived(post, post.user, /Subject: A code from Postroom/);
  await page.getByLabel('Code', { exact: true }).fill(letter.match(/The code is (\S+)/)![1]);
  await page.getByRole('button', { name: 'Verify the address' }).click();
  await visit(page, office, '/settings/which-account');
  await expect(page.getByRole('main')).toContainText('Post sends.');
  await visit(page, office, '/settings/senders');
  await page.getByRole('main').getByRole('link', { name: ada.name }).click();
  await ready(page);
  await page.getByLabel('Sender’s address').fill(officeAddress);
  await page.getByRole('button', { name: 'Save and check' }).click();
  await expect(page.getByRole('main')).not.toContainText('cannot send yet');
  await fits(page);
}

async function replies(page: Page, office: Office, mailbox: string): Promise<void> {
  await visit(page, office, '/contacts/new');
  await page.getByLabel('Name', { exact: true }).fill(agent.name);
  await page.getByLabel('Agent or supplier').selectOption({ label: 'Agent' });
  await page.getByLabel('Contact type').selectOption({ label: 'Reservations' });
  await page.getByLabel('Address 1').fill(agent.address);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: agent.name })).toBeVisible();
  await visit(page, office, `${mailbox}/import`);
  await page.getByLabel('Import', { exact: true }).check();
  await page.getByRole('group', { name: 'Agent Contacts' }).getByLabel('Reservations').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByLabel('Import', { exact: true })).toBeChecked();
  await ready(page);
  await page.getByRole('link', { name: /^Insert/ }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Email address').fill(approved.address);
  await form.getByLabel('Name').fill(approved.name);
  await form.getByRole('button', { name: 'OK' }).click();
  await expect(page.getByRole('row', { name: new RegExp(approved.address) })).toBeVisible();
}

async function answer(page: Page, office: Office, post: PostfixLine): Promise<void> {
  await visit(page, office, '/clients');
  await page.getByRole('main').getByRole('link', { name: hale.name }).click();
  await page.getByRole('link', { name: 'Re: Annual review: 14 questions', exact: true }).click();
  await ready(page);
  await page.getByRole('link', { name: 'Reply', exact: true }).click();
  await expect(page.getByRole('main')).toContainText('Sends');
  await ready(page);
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await expect(page).toHaveURL(/\/compose\/\d+/);
  await ready(page);
  await page.getByLabel('Subject').fill('Re: Annual review: the meeting');
  await page.getByLabel('Letter', { exact: true }).fill('Dear Margaret,\n\nThursday at ten?\n\nAda');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await expect(page).toHaveURL(/\/sent/);
  await expect(page.getByRole('button', { name: /^Undo|^Take it back/ })).toBeVisible();
  const letter = await arrived(post, 'margaret.hale', /Subject: Re: Annual review: the meeting/);
  expect(letter).toContain('Thursday at ten?');
  await visit(page, office, '/outbox');
  await expect(page.getByRole('row', { name: /the meeting/ })).toContainText('Sent');
  await fits(page);
}

async function answered(page: Page, office: Office, mailbox: string): Promise<void> {
  const post = office.mail.line;
  const ours = await arrived(post, 'margaret.hale', /Subject: Re: Annual review: the meeting/);
  const id = ours.match(/^Message-ID: <([^>]+)>/im)![1];
  await deliver(post, [toOffice({ from: 'Margaret Hale <margaret.hale@example.org>', subject: 'Re: Annual review: the meeting', text: 'Ten it is.', answers: id })]);
  await collectedNow(page, office, mailbox, '/outbox', 'Sent, answered');
  await visit(page, office, '/clients/1');
  await expect(page.getByRole('link', { name: 'Re: Annual review: the meeting', exact: true })).toHaveCount(2);
}

/** Asks for a collection until a page tells what it brought; one that runs already may have looked too early. */
async function collectedNow(page: Page, office: Office, mailbox: string, path: string, words: string): Promise<void> {
  await expect(async () => {
    await visit(page, office, mailbox);
    const left = page.waitForEvent('framenavigated', { predicate: (frame) => frame === page.mainFrame(), timeout: 5_000 });
    await page.getByRole('button', { name: 'Collect now' }).first().click({ timeout: 5_000 });
    await left;
    await page.waitForLoadState();
    await visit(page, office, path);
    await expect(page.getByRole('main')).toContainText(words, { timeout: 3_000 });
  }).toPass({ timeout: 90_000 });
}

async function textAndPdf(page: Page, office: Office): Promise<void> {
  await visit(page, office, '/settings/texts/new');
  await fill(page, { Name: 'Greeting', Subject: 'A word from us', Words: 'Dear {{ client.name }},\n\nall the best.\n\n{{ sender.name }}' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await ready(page);
  await visit(page, office, '/compose?client=1');
  await page.getByRole('button', { name: 'Go on and write' }).click();
  await ready(page);
  await page.getByText('Put a text in', { exact: true }).click();
  await page.getByLabel('Document text').selectOption({ label: 'Greeting' });
  await page.getByRole('button', { name: 'Put it in' }).click();
  await expect(page.getByLabel('Letter', { exact: true })).toHaveValue(new RegExp(`Dear ${hale.name}`));
  const pdf = await page.request.get(`${office.url}/clients/1/summary.pdf`);
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
}

async function management(page: Page, office: Office, mailbox: string, post: PostfixLine): Promise<void> {
  await deliver(post, [
    toOffice({ subject: 'Room 7 is confirmed', id: 'room7@alpine-agents.example' }),
    toOffice({ from: 'Somebody <somebody@elsewhere.example>', subject: 'Are you open on Sunday?', id: 'sunday@elsewhere.example', text: 'Are you?' }),
  ]);
  await collectedNow(page, office, mailbox, '/management', 'Are you open on Sunday?');
  await expect(page.getByRole('main')).toContainText('Nobody here has the address somebody@elsewhere.example.');
  await fits(page);
  await page.getByRole('link', { name: 'Are you open on Sunday?' }).click();
  await ready(page);
  await page.getByRole('main').getByRole('link', { name: 'Forward', exact: true }).click();
  await ready(page);
  await page.getByLabel('Note').fill('Please answer.');
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  const letter = await arrived(post, 'desk', /sunday@elsewhere\.example/);
  expect(letter).toContain('message/rfc822');
  expect(letter).toMatch(/Reply-To:.*somebody@elsewhere\.example/);
  await visit(page, office, '/management');
  await expect(page.getByRole('link', { name: 'Are you open on Sunday?' })).toHaveCount(0);
  await visit(page, office, '/contacts');
  await page.getByRole('main').getByRole('link', { name: agent.name }).click();
  await expect(page.getByRole('link', { name: 'Room 7 is confirmed', exact: true })).toBeVisible();
}

async function proof(page: Page, office: Office): Promise<void> {
  await (await mainLink(page, 'Audit')).click();
  await expect(page.getByRole('main')).toContainText(/forward/i);
  await visit(page, office, `/search?q=${proposal.word}`);
  await expect(page.getByRole('link', { name: proposal.subject, exact: true })).toBeVisible();
  expect(await office.cli(['verify'])).toContain('all in order');
}
