// An office with one short exchange: a question, another letter under the same Message-ID, and the answer.
import { type Letter } from './letters.ts';
import { Office } from './office.ts';
import { test as base } from './test.ts';

const office = 'Kontor Financial Planning <office@kontor.example>';
const margaret = 'Margaret Hale <margaret.hale@example.org>';
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

export const question: Letter = { folder: 'INBOX', from: margaret, to: office, subject: 'May we meet in June?', text: 'Dear Ada, does June suit you?', date: minutesAgo(50), id: 'june@hale.example' };
export const answer: Letter = { folder: 'Sent', from: office, to: margaret, subject: 'Another subject', text: 'Dear Margaret, June it is.', date: minutesAgo(40), id: 'answer@kontor.example', answers: question.id };
export const changed: Letter = { ...question, subject: 'May we meet in July?', text: 'Dear Ada, does July suit you?', date: minutesAgo(45) };

/** With an office of these tests alone: they mark and file letters. */
export const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(0, [question, changed, answer]);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
