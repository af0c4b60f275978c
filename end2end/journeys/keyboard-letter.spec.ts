// A letter with the keyboard alone (FP-26, FP-27, S11, O7): what stands around it, its files, its oddities, its read mark. Without
// JavaScript too.
import type { Page } from '@playwright/test';
import { comeIn, follow, press, skip, tabTo } from '../lib/keys.ts';
import { hale, type Letter, proposal } from '../lib/letters.ts';
import { Office } from '../lib/office.ts';
import { letterRow } from '../lib/rows.ts';
import { expect, fits, test as base, visit } from '../lib/test.ts';

const [office, margaret] = ['Kontor Financial Planning <office@kontor.example>', 'Margaret Hale <margaret.hale@example.org>'];
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const question: Letter = { folder: 'INBOX', from: margaret, to: office, subject: 'May we meet in June?', text: 'Dear Ada, does June suit you?', date: minutesAgo(90), id: 'june@hale.example' };
const changed: Letter = { ...question, subject: 'May we meet in July?', text: 'Dear Ada, does July suit you?', date: minutesAgo(85) };
const answer: Letter = { folder: 'Sent', from: office, to: margaret, subject: 'June it is', text: 'Dear Margaret, gladly.', date: minutesAgo(80), id: 'answer@kontor.example', answers: question.id };
const invitation: Letter = {
  folder: 'INBOX', from: margaret, to: office, subject: 'Our meeting', text: '', date: minutesAgo(70), id: 'meeting@hale.example',
  headers: ['Authentication-Results: mx.kontor.example; spf=pass smtp.mailfrom=example.org; dkim=fail header.d=example.org', 'Received: from out.example.org by mx.kontor.example; Mon, 1 Jun 2026 09:00:00 +0000'],
  entity: ['Content-Type: text/calendar; method=REQUEST; charset=utf-8', '', 'BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', 'BEGIN:VEVENT', 'UID:june@hale.example', 'DTSTART:20260612T090000Z', 'DTEND:20260612T100000Z',
    'SUMMARY:Meeting at the pottery', 'LOCATION:The kiln room', 'ORGANIZER;CN="Margaret Hale":mailto:margaret.hale@example.org', 'ATTENDEE;CN="Ada";PARTSTAT=NEEDS-ACTION:mailto:office@kontor.example', 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n'),
};
const bounce: Letter = {
  folder: 'INBOX', from: 'Mail Delivery <mailer-daemon@mx.kontor.example>', to: office, cc: margaret, subject: 'Undelivered mail', text: '', date: minutesAgo(60), id: 'bounce@mx.kontor.example',
  entity: ['Content-Type: multipart/report; report-type=delivery-status; boundary="=_r"', '', '--=_r', 'Content-Type: text/plain', '', 'Your letter did not arrive.', '', '--=_r', 'Content-Type: message/delivery-status', '',
    'Reporting-MTA: dns; mx.kontor.example', '', 'Final-Recipient: rfc822; margaret.hale@example.org', 'Action: failed', 'Status: 5.2.2', 'Diagnostic-Code: smtp; 552 5.2.2 mailbox full', '', '--=_r', 'Content-Type: text/rfc822-headers', '',
    `Message-ID: <${answer.id}>`, 'Subject: June it is', '', '--=_r--', ''].join('\r\n'),
};

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(0, [question, changed, answer, invitation, bounce]);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

const title = (page: Page, subject: string) => expect(page.getByRole('heading', { level: 1, name: subject })).toBeVisible();

test('a letter is read between its neighbours, compared with its variant, marked as unread', async ({ page, own }) => {
  await comeIn(page, own);
  await skip(page);
  await follow(page, page.getByRole('link', { name: hale.name }));
  await follow(page, page.getByRole('link', { name: answer.subject, exact: true }));
  await title(page, answer.subject);
  const list = page.getByRole('navigation', { name: 'List' });
  await follow(page, list.getByRole('link', { name: /^Older letter/ }));
  await title(page, changed.subject);
  await follow(page, list.getByRole('link', { name: /^Newer letter/ }));
  await title(page, answer.subject);
  const conversation = page.getByRole('list', { name: 'Conversation' });
  await expect(conversation.getByRole('listitem')).toHaveCount(3);
  await follow(page, conversation.getByRole('link', { name: question.subject }));
  await title(page, question.subject);
  await fits(page);
  await follow(page, page.getByRole('link', { name: 'Side by side' }));
  await expect(page.getByRole('region', { name: 'Text side by side' })).toContainText('July');
  // What scrolls sideways is reached, so that the arrow keys move it.
  await tabTo(page, page.getByRole('region', { name: 'Text side by side' }));
  await fits(page);
  await follow(page, page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: question.subject }), { back: true });
  await follow(page, page.getByRole('button', { name: 'Mark as unread' }));
  await visit(page, own, '/clients?words=hale');
  await skip(page);
  await follow(page, page.getByRole('link', { name: hale.name }));
  await press(page, letterRow(page, changed.subject).getByText('1 variant'));
  await expect(letterRow(page, changed.subject).getByRole('listitem').filter({ hasText: question.subject })).toContainText('Not read yet');
});

test('its files are looked at and saved, its headers opened, its text shown plainly and alone', async ({ page, own, context }) => {
  await comeIn(page, own, '/search?q=subject:figures');
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Figures for the review', exact: true }));
  await press(page, page.getByText('Preview of Outgoings.csv'));
  await expect(page.getByTitle('Preview of Outgoings.csv').contentFrame().getByText('House,640')).toBeVisible();
  await visit(page, own, `/search?q=${proposal.word}`);
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: proposal.subject, exact: true }));
  const download = page.waitForEvent('download');
  await press(page, page.getByRole('region', { name: 'Files' }).getByRole('link', { name: proposal.file }));
  expect((await download).suggestedFilename()).toBe(proposal.file);
  await press(page, page.getByText('Preview of chart.png'));
  await expect(page.getByRole('img', { name: 'Preview of chart.png' })).toBeVisible();
  await follow(page, page.getByRole('link', { name: 'Plain text', exact: true }));
  await expect(page.getByTitle("The letter's text").contentFrame().getByText('keep the pension')).toBeVisible();
  const alone = context.waitForEvent('page');
  await press(page, page.getByRole('link', { name: 'Open alone, to read or print' }));
  const sheet = await alone;
  await expect(sheet.getByText('keep the pension')).toBeVisible();
  await sheet.close();
  await press(page, page.getByText('Details and all headers'));
  await expect(page.getByRole('main')).toContainText('MIME-Version');
  await fits(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByText('To print the letter itself, open it alone.')).toBeVisible();
});

test('an invitation can be read, servers are quoted as stating, a bounce says whom it did not reach', async ({ page, own }) => {
  await comeIn(page, own, '/search?q=subject:meeting');
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: invitation.subject, exact: true }));
  const appointment = page.getByRole('region', { name: 'Appointment' });
  await expect(appointment).toContainText('Meeting at the pottery');
  await expect(appointment).toContainText('The kiln room');
  await expect(page.getByRole('heading', { name: 'Where it says it came from' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(/SPF pass/);
  await fits(page);
  await visit(page, own, '/search?q=subject:undelivered');
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: bounce.subject, exact: true }));
  await expect(page.getByRole('main')).toContainText('A letter did not arrive');
  await expect(page.getByRole('main')).toContainText('552 5.2.2 mailbox full');
  await fits(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: answer.subject, exact: true }));
  await title(page, answer.subject);
});
