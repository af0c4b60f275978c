// The correspondence of a small financial planner: what an office would recognise, with nobody's real mail in it.
// The dates count back from today, so that the pages look the way they look at work.

const office = 'Kontor Financial Planning <office@kontor.example>';
const margaret = 'Margaret Hale <margaret.hale@example.org>';
const thomas = 'Thomas Hale <thomas@hale-pottery.example>';
const eleanor = 'Eleanor Finch <e.finch@finch-interiors.example>';
const samir = 'Samir Rao <samir.rao@example.net>';
const northgate = 'Northgate Pensions <transfers@northgate-pensions.example>';

/** Clients as an office's list has them. */
export const clientsCsv = [
  'code,name,self1,self2,self3,partner1,partner2,partner3',
  'H1001,Margaret & Thomas Hale,Margaret.Hale@example.org,,,thomas@hale-pottery.example,,',
  'F1002,Eleanor Finch,e.finch@finch-interiors.example,,,,,',
  'R1003,Samir & Anjali Rao,samir.rao@example.net,,,anjali.rao@example.net,,',
  'B1004,Öystein Bäcker,oystein@bücher.example,,,,,',
  'M1005,Grace Mbeki,grace.mbeki@example.com,,,,,',
  'W1006,Daniel & Ruth Whitmore,d.whitmore@whitmore-farm.example,,,ruth.whitmore@example.org,,',
  '',
].join('\n');

/** The client whose history the journeys read. */
export const hale = { code: 'H1001', name: 'Margaret & Thomas Hale', address: 'margaret.hale@example.org' };
/** A letter of hers with a file and a picture, and a word that stands in no other. */
export const proposal = { subject: 'Your pension: our proposal', word: 'drawdown', file: 'Proposal for M & T Hale.pdf' };

export interface Letter {
  folder: string;
  from: string;
  to: string;
  cc?: string;
  subject: string;
  date: Date;
  text: string;
  html?: string;
  file?: { name: string; type: string; content: string };
  picture?: boolean;
  /** Message-ID without brackets, where a test needs to know it. */
  id?: string;
  /** Message-ID of the letter that this one answers. */
  answers?: string;
  /** Further headers, as they stand above the others. */
  headers?: string[];
  /** What stands in the place of the body, with the headers that say what it is. */
  entity?: string;
}

/** All letters, oldest first. */
export function letters(now = new Date()): Letter[] {
  const at = (days: number, hour: number, minute = 0) => {
    const date = new Date(now);
    date.setUTCDate(date.getUTCDate() - days);
    date.setUTCHours(hour, minute, 0, 0);
    return date;
  };
  const received = (days: number, hour: number, from: string, subject: string, text: string, more: Partial<Letter> = {}): Letter =>
    ({ folder: 'INBOX', from, to: office, subject, text, date: at(days, hour, (days * 7) % 60), ...more });
  const sent = (days: number, hour: number, to: string, subject: string, text: string, more: Partial<Letter> = {}): Letter =>
    ({ folder: 'Sent', from: office, to, subject, text, date: at(days, hour, (days * 11) % 60), ...more });
  return [
    received(142, 9, margaret, 'Thinking of retiring a little earlier', 'Dear Ada,\n\nThomas and I have been talking about stopping work at 62 rather than 65. Could we find out whether that is sensible?\n\nWith kind regards\nMargaret'),
    sent(141, 15, margaret, 'Re: Thinking of retiring a little earlier', 'Dear Margaret,\n\nGladly. Three figures would help: what you spend in a year, what each pension scheme last wrote to you, and the mortgage that is left.\n\nBest wishes\nAda', { cc: thomas }),
    received(136, 19, thomas, 'Figures for the review', 'Hello Ada,\n\nour outgoings are in the list attached. The pottery should sell within two years.\n\nThomas', { file: { name: 'Outgoings.csv', type: 'text/csv', content: 'item,per month\nHouse,640\nFood,520\nVan,180\n' } }),
    received(120, 11, eleanor, 'Change of address', 'Good morning,\n\nI have moved the studio. Please use the new address below from now on.\n\nEleanor Finch'),
    sent(119, 10, eleanor, 'Re: Change of address', 'Dear Eleanor,\n\nthank you, noted on your file and told to both providers.\n\nAda'),
    sent(97, 16, northgate, 'Letter of authority: Hale', 'Please find enclosed the signed letter of authority for Mrs Margaret Hale.', { cc: margaret, file: { name: 'Letter of authority.pdf', type: 'application/pdf', content: '%PDF-1.4\n%%EOF\n' } }),
    received(88, 8, northgate, 'Transfer value: Mrs M Hale', 'We write with the transfer value you asked for. It is guaranteed for three months.', { cc: margaret }),
    received(61, 20, margaret, 'Re: Transfer value: Mrs M Hale', 'Dear Ada,\n\nthat is more than I expected. Is it wise to move it? My brother says never.\n\nMargaret'),
    sent(60, 9, margaret, 'Re: Transfer value: Mrs M Hale', 'Dear Margaret,\n\nyour brother is right more often than not: you would give up an income for life. I shall set both ways side by side.\n\nAda', { cc: thomas }),
    received(44, 13, samir, 'School fees plan', 'Hi Ada,\n\nAnjali and I would like to begin putting money by for school. What do you need from us?\n\nSamir'),
    sent(43, 17, samir, 'Re: School fees plan', 'Dear Samir,\n\nonly an hour of your time. Does Thursday suit you?\n\nAda'),
    sent(30, 14, margaret, proposal.subject, `Dear Margaret, dear Thomas,\n\nthe proposal is attached. In short: keep the pension, and bridge the three years with a ${proposal.word} from the savings.\n\nAda`, {
      cc: thomas,
      html: `<p>Dear Margaret, dear Thomas,</p><p>the proposal is attached. <b>In short:</b> keep the pension, and bridge the three years with a ${proposal.word} from the savings.</p><p><img src="cid:chart@kontor.example" alt="Income by year" width="240" height="80"></p><p>Ada</p><p><img src="http://192.0.2.1/open.gif" alt="" width="1" height="1"></p>`,
      file: { name: proposal.file, type: 'application/pdf', content: '%PDF-1.4\n%%EOF\n' },
      picture: true,
    }),
    received(27, 10, thomas, `Re: ${proposal.subject}`, 'Hello Ada,\n\nwe have read it twice and slept on it. One question: what if the pottery sells late?\n\nThomas'),
    sent(26, 11, thomas, `Re: ${proposal.subject}`, 'Dear Thomas,\n\nthen the bridge is shorter and you work until spring. Page 7 shows that case.\n\nAda', { cc: margaret }),
    received(12, 18, margaret, 'Yes, please go ahead', 'Dear Ada,\n\nwe are agreed. Please go ahead as proposed, and thank you for your patience with us both.\n\nMargaret & Thomas', { cc: thomas }),
    received(12, 18, margaret, 'Yes, please go ahead', 'Dear Ada,\n\nwe are agreed. Please go ahead as proposed, and thank you for your patience with us both.\n\nMargaret & Thomas', { cc: thomas, folder: 'Archive' }),
    sent(9, 9, margaret, 'Annual review: 14 questions', 'Dear Margaret,\n\nbefore we meet, please look through the questions below; most are a yes or a no.\n\nAda'),
    received(3, 21, margaret, 'Re: Annual review: 14 questions', 'Dear Ada,\n\nall answered, see below. Number 9 made us laugh.\n\nMargaret'),
    received(1, 8, thomas, 'Grüße from the coast – and a question', 'Hello Ada,\n\nthe café here takes no cards, so I have time to ask: may we still add to this year’s allowance?\n\nThomas'),
  ];
}

/** The letter as bytes, line ends CRLF. */
export function raw(letter: Letter): Buffer {
  const key = `${letter.date.getTime().toString(36)}.${letter.subject.length}`;
  const head = [
    ...(letter.headers ?? []),
    `From: ${letter.from}`,
    `To: ${letter.to}`,
    ...(letter.cc ? [`Cc: ${letter.cc}`] : []),
    `Subject: ${encoded(letter.subject)}`,
    `Date: ${letter.date.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${letter.id ?? `${key}@mail.kontor.example`}>`,
    ...(letter.answers ? [`In-Reply-To: <${letter.answers}>`, `References: <${letter.answers}>`] : []),
    'MIME-Version: 1.0',
  ];
  return Buffer.from([...head, entity(letter, key)].join('\r\n'));
}

function encoded(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`;
}

function base64(content: string | Buffer): string {
  return Buffer.from(content).toString('base64').replace(/.{76}/g, '$&\r\n');
}

function part(type: string, content: string | Buffer, ...more: string[]): string {
  return [`Content-Type: ${type}`, 'Content-Transfer-Encoding: base64', ...more, '', base64(content)].join('\r\n');
}

function many(kind: string, key: string, parts: string[]): string {
  const edge = `=_${kind}_${key}`;
  return [`Content-Type: multipart/${kind}; boundary="${edge}"`, '', ...parts.flatMap((one) => [`--${edge}`, one]), `--${edge}--`, ''].join('\r\n');
}

function entity(letter: Letter, key: string): string {
  if (letter.entity) return letter.entity;
  let body = part('text/plain; charset=utf-8', letter.text);
  if (letter.html) {
    const html = part('text/html; charset=utf-8', letter.html);
    const rich = letter.picture ? many('related', key, [html, part('image/png', chart, 'Content-ID: <chart@kontor.example>', 'Content-Disposition: inline; filename="chart.png"')]) : html;
    body = many('alternative', key, [body, rich]);
  }
  if (letter.file) {
    const { name, type, content } = letter.file;
    body = many('mixed', key, [body, part(type, content, `Content-Disposition: attachment; filename="${name}"`)]);
  }
  return body;
}

/** A picture of one colour, the smallest PNG there is. */
const chart = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
