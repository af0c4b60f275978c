// Every page, by a name for people. Add a page here and it is judged and pictured; a route that no page here has fails the judging.
// `pages` are for Ada, who is signed in; `doors` for nobody; `dialogs` open above a page of hers.
import type { Page } from '@playwright/test';
import { dora, firstStep } from './colleague.ts';
import { changed } from './exchange.ts';
import { hale, proposal } from './letters.ts';
import type { Office } from './office.ts';
import { letterRow } from './rows.ts';
import { shareWith } from './share.ts';
import { expect, ready } from './test.ts';
import type { Town } from './town.ts';

type Open = (page: Page, office: Office) => Promise<void>;

const at =
  (path: string): Open =>
  async (page, office) => {
    const answer = await page.goto(office.url + path);
    expect(answer?.status(), path).toBe(200);
  };

/** Opens a page by following links from another, where its address holds an id. */
const by =
  (start: string, ...links: string[]): Open =>
  async (page, office) => {
    await page.goto(office.url + start);
    for (const link of links) {
      const target = await page.getByRole('main').getByRole('link', { name: link, exact: true }).first().getAttribute('href');
      await page.goto(new URL(target!, page.url()).href);
    }
  };

const then =
  (open: Open, query: string): Open =>
  async (page, office) => {
    await open(page, office);
    await page.goto(page.url().replace(/[?#].*/, '') + query);
  };

const client = by('/clients?words=hale', hale.name);
const letter = by('/clients?words=hale', hale.name, proposal.subject);
const account = by('/accounts', 'Office');

/** A page on record below an account's own. */
const under =
  (path: string): Open =>
  async (page, office) => {
    await account(page, office);
    const answer = await page.goto(page.url().replace(/[?#].*/, '') + path);
    expect(answer?.status(), path).toBe(200);
  };

/** Opens the page of a contact of this name; there is always one. */
const contactCalled =
  (name: string, address: string): Open =>
  async (page, office) => {
    await page.goto(`${office.url}/contacts?words=${address}`);
    const known = page.getByRole('main').getByRole('link', { name, exact: true });
    if ((await known.count()) === 0) {
      await page.goto(`${office.url}/contacts/new`);
      await ready(page);
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByLabel('Agent or supplier').selectOption('Supplier');
      await page.getByLabel('Contact type').selectOption('Reservations');
      await page.getByLabel('Address 1').fill(address);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.waitForURL(/contacts\/\d+/);
      return;
    }
    await page.goto(new URL((await known.getAttribute('href'))!, page.url()).href);
  };

const contact = contactCalled('Hotel Seeblick', 'book@seeblick.example');
const twin = contactCalled('Seeblick desk', 'desk@seeblick.example');

/** The page of a contact that was deleted a moment ago. */
const deleted: Open = async (page, office) => {
  await contactCalled('Old Harbour', 'desk@old-harbour.example')(page, office);
  await page.goto(page.url().replace(/[?#].*/, '') + '/delete');
  await ready(page);
  await page.getByRole('button', { name: 'Delete Old Harbour' }).click();
  await page.waitForURL(/deleted/);
};

const id = (page: Page) => /\d+(?=\D*$)/.exec(new URL(page.url()).pathname)![0];

/** Two contacts that would become one. */
const contactMerge: Open = async (page, office) => {
  await twin(page, office);
  const other = id(page);
  await contact(page, office);
  await page.goto(`${office.url}/contacts/${id(page)}/merge?with=${other}`);
};

/** Opens a page of the newest draft; there is always one. */
const writing =
  (path: string): Open =>
  async (page, office) => {
    await page.goto(`${office.url}/drafts`);
    const draft = page.getByRole('main').locator('a[href^="/compose/"]').first();
    if ((await draft.count()) === 0) {
      await page.goto(`${office.url}/compose?client=1`);
      await ready(page);
      await page.getByRole('button', { name: 'Go on and write' }).click();
      await page.waitForURL(/\/compose\/\d+/);
      await page.goto(`${office.url}/drafts`);
    }
    const target = new URL((await draft.getAttribute('href'))!, page.url());
    expect((await page.goto(target.origin + target.pathname + path))?.status(), path).toBe(200);
  };

/** Opens a page of a planned letter; there is always one. */
const planned =
  (path: string): Open =>
  async (page, office) => {
    await page.goto(`${office.url}/actions?only=coming`);
    const known = page.getByRole('main').locator('a[href^="/actions/"]').filter({ hasText: 'Reminder' }).first();
    if ((await known.count()) === 0) {
      await pages['document text'](page, office);
      await page.goto(`${office.url}/actions/new?client=1`);
      await ready(page);
      await page.getByLabel('Text', { exact: true }).selectOption('Reminder');
      await page.getByLabel('Day', { exact: true }).fill(`${new Date().getFullYear() + 1}-01-31`);
      await page.getByLabel('How often').selectOption('Every month');
      await page.getByRole('button', { name: 'Plan it' }).click();
      await page.waitForURL(/actions\/\d+/);
      await page.goto(`${office.url}/actions?only=coming`);
    }
    const target = new URL((await known.getAttribute('href'))!, page.url());
    expect((await page.goto(target.origin + target.pathname + path))?.status(), path).toBe(200);
  };

export const pages: Record<string, Open> = {
  home: at('/'),
  clients: at('/clients'),
  'clients nobody found': at('/clients?words=zzzz'),
  'client new': at('/clients/new'),
  'client import': at('/clients/import'),
  contacts: at('/contacts'),
  'contacts nobody found': at('/contacts?words=zzzz'),
  'contact new': at('/contacts/new'),
  'contact import': at('/contacts/import'),
  contact,
  'contact change': then(contact, '/edit'),
  'contact merge': then(contact, '/merge?words=desk'),
  'contact merge look': contactMerge,
  'contact delete': then(contact, '/delete'),
  'contact deleted': deleted,
  'contact types': at('/settings/contact-types'),
  queues: at('/settings/queues'),
  'account replies': under('/import'),
  'account replies, an address approved': under('/import?forward=new'),
  'account import': at('/accounts/import'),
  'account schedule': at('/accounts/schedule'),
  'account delete': under('/delete'),
  'compose start': at('/compose?client=1'),
  drafts: at('/drafts'),
  'document texts': at('/settings/texts'),
  'document text new': at('/settings/texts/new'),
  history: client,
  'history filtered': then(client, '?direction=sent'),
  'history empty': then(client, '?from=1999-01-01&until=1999-01-02'),
  'history filtered by all': then(client, '?direction=received&person=self&files=1&until=2099-12-31&as_at=2099-12-31'),
  'history wrong day': then(client, '?from=31.3.2026'),
  'history by conversation': then(client, '?group=conversation'),
  'history unread': then(client, '?unread=1'),
  'history to print': then(client, '/print'),
  'filing by hand': then(letter, '/file?words=hale'),
  'filing decided': then(letter, '/file?client=1&decision=keep_off'),
  'why not': then(client, '/why-not?sender=margaret'),
  'why not form': then(client, '/why-not'),
  'client merge': then(client, '/merge?words=finch'),
  'client merge look': async (page, office) => {
    await client(page, office);
    const merge = page.url().replace(/[?#].*/, '') + '/merge';
    await page.goto(`${merge}?words=finch`);
    await page.goto(office.url + (await page.getByRole('link', { name: 'Eleanor Finch' }).getAttribute('href')));
  },
  'client change': by('/clients?words=hale', hale.name, 'Change'),
  letter,
  'letter compare': async (page, office) => {
    await client(page, office);
    const row = letterRow(page, changed.subject);
    await row.getByText('1 variant').click();
    await page.goto(new URL((await row.getByRole('link', { name: 'Side by side' }).getAttribute('href'))!, page.url()).href);
  },
  search: at(`/search?q=${proposal.word}`),
  'search empty': at('/search'),
  'search best': at(`/search?q=${proposal.word}&sort=best`),
  'search nothing': at('/search?q=colour:zzzz'),
  mail: at('/mail'),
  'mail account': async (page, office) => {
    await account(page, office);
    await shareWith(page, 'Ada Lovelace');
    const answer = await page.goto(page.url().replace('/accounts/', '/mail/'));
    expect(answer?.status()).toBe(200);
  },
  accounts: at('/accounts'),
  'account new': at('/accounts/new'),
  'account new by POP3': at('/accounts/new?protocol=pop3'),
  'account new at Microsoft 365': at('/accounts/new?protocol=graph'),
  'account new at Microsoft by IMAP': at('/accounts/new?preset=microsoft365&protocol=imap'),
  'account new at Microsoft by POP3': at('/accounts/new?preset=microsoft365&protocol=pop3'),
  'account new at Google': at('/accounts/new?preset=google_application'),
  'sign-in at a provider that nobody began': at('/accounts/signed-in?code=made-up&state=made-up'),
  'sign-in of an account without a person': under('/sign-in'),
  account,
  'account folders': then(account, '?tab=folders'),
  'account ledger': then(account, '?tab=ledger'),
  'account ledger letters': async (page, office) => {
    await account(page, office);
    await page.goto(page.url().replace(/[?#].*/, '') + '?tab=ledger');
    const number = page.getByRole('main').locator('a[href*="/ledger?"]').first();
    await page.goto(new URL((await number.getAttribute('href'))!, page.url()).href);
  },
  'account collections': under('/collections'),
  'account statements': under('/statements'),
  'account statement': under('/statements/1'),
  'account hands off': under('/hands-off'),
  'accounts checklist': at('/accounts/checklist?address=margaret.hael@example.org'),
  settings: at('/settings'),
  people: at('/settings/people'),
  person: by('/settings/people', 'Ada Lovelace'),
  'cost centres': at('/settings/cost-centres'),
  'cost centre': async (page, office) => {
    await page.goto(`${office.url}/settings/cost-centres`);
    await ready(page);
    const north = page.getByRole('main').getByRole('link', { name: 'North', exact: true });
    if ((await north.count()) === 0) {
      await page.getByLabel('Name').fill('North');
      await page.getByRole('button', { name: 'Add the cost centre' }).click();
    }
    await page.goto(new URL((await north.getAttribute('href'))!, page.url()).href);
  },
  profile: at('/settings/profile'),
  'document text': async (page, office) => {
    await page.goto(`${office.url}/settings/texts`);
    const known = page.getByRole('main').getByRole('link', { name: 'Reminder', exact: true });
    if ((await known.count()) === 0) {
      await page.goto(`${office.url}/settings/texts/new`);
      await ready(page);
      await page.getByLabel('Name', { exact: true }).fill('Reminder');
      await page.getByLabel('Subject', { exact: true }).fill('Your papers');
      await page.getByLabel('Words', { exact: true }).fill('Dear {{ client.name }}');
      await page.getByRole('button', { name: /^Save/ }).first().click();
      await page.waitForURL(/settings\/texts(\/\d+)?/);
      await page.goto(`${office.url}/settings/texts`);
    }
    await page.goto(new URL((await known.getAttribute('href'))!, page.url()).href);
  },
  'second factor': at('/settings/second-factor'),
  'cost centre services': async (page, office) => {
    await pages['cost centre'](page, office);
    expect((await page.goto(page.url() + '/services'))?.status()).toBe(200);
  },
  senders: at('/settings/senders'),
  sender: by('/settings/senders', 'Ada Lovelace'),
  'send mail as': at('/settings/send-as'),
  'send mail as, no such address': async (page, office) => {
    await page.goto(`${office.url}/settings/send-as/999`);
  },
  'e-mail rules': at('/settings/email-rules'),
  'web configurations': at('/settings/web-configurations'),
  'which account sends': at('/settings/which-account'),
  'api tokens': at('/settings/api-tokens'),
  webhooks: at('/settings/webhooks'),
  about: at('/about'),
  'account new that only sends': at('/accounts/new/sending'),
  'account outgoing': under('/sending'),
  'email management': at('/management'),
  'email management, left out': at('/management?state=left_out'),
  'email management, no such letter': async (page, office) => {
    await page.goto(`${office.url}/management/1-999999`);
  },
  'rehearsal of the import': under('/import/rehearsal'),
  outbox: at('/outbox'),
  actions: at('/actions'),
  'actions to come': at('/actions?only=coming'),
  'actions that failed': at('/actions?only=failed'),
  'actions done': at('/actions?only=done'),
  action: planned(''),
  'action change': planned('/edit'),
  'action end': planned('/end'),
  'action, a letter that does not wait any more': planned('/end?day=999999'),
  'action new': async (page, office) => {
    await pages['document text'](page, office);
    await at('/actions/new?client=1')(page, office);
  },
  'action new, to nobody yet': at('/actions/new'),
  unanswered: at('/unanswered?days=1'),
  'letter forward': then(letter, '/forward'),
  'read again': at('/settings/reread'),
  'outbox, no such letter': async (page, office) => {
    await page.goto(`${office.url}/outbox/999999`);
  },
  'letter being written': writing(''),
  'letter being written, with formatting': async (page, office) => {
    await writing('')(page, office);
    await ready(page);
    const formatting = page.getByRole('button', { name: 'Write with formatting' });
    if (await formatting.isVisible()) {
      await formatting.click();
      await expect(formatting).toHaveCount(0);
      await ready(page);
    }
  },
  'letter being written, files': writing('/files'),
  'letter not sent yet': writing('/sent'),
  audit: at('/audit'),
  'audit filtered': at('/audit?group=client'),
  status: at('/status'),
  'page that does not exist': async (page, office) => {
    expect((await page.goto(`${office.url}/nowhere`))?.status()).toBe(404);
  },
  refusal: async (page, office) => {
    expect((await page.goto(`${office.url}/clients/999999/history.mbox`))?.status()).toBe(404);
  },
};

/** What is opened in a browser of its own, where nobody is signed in. */
export const doors: Record<string, (page: Page, town: Town) => Promise<void>> = {
  'sign in': async (page, { office }) => void (await page.goto(`${office.url}/sign-in`)),
  'sign in refused': async (page, { office }) => {
    await page.goto(`${office.url}/sign-in`);
    await ready(page);
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(dora.email);
    await page.getByLabel('Password', { exact: true }).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
  },
  'sign in code': async (page, { office }) => await firstStep(page, office, dora),
  'no page, signed out': async (page, { office }) => void (await page.goto(`${office.url}/nowhere`)),
  welcome: async (page, { invitation }) => void (await page.goto(invitation)),
  'welcome too late': async (page, { office }) => void (await page.goto(`${office.url}/welcome?token=used`)),
  'set up': async (page, { empty }) => void (await page.goto(empty.setUpLink)),
  'set up without its link': async (page, { empty }) => void (await page.goto(`${empty.url}/setup`)),
  'sign in demo': async (page, { demo }) => void (await page.goto(`${demo.url}/sign-in`)),
  demo: async (page, { demo }) => {
    await page.goto(`${demo.url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in as Ada Bell (administrator)' }).click();
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await page.goto(`${demo.url}/demo`);
  },
};

/** What opens above a page, with its scripts. */
export const dialogs: Record<string, Open> = {
  palette: async (page, office) => {
    await page.goto(`${office.url}/clients`);
    await ready(page);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('option').first()).toBeVisible();
  },
  'palette found': async (page, office) => {
    await page.goto(`${office.url}/clients`);
    await ready(page);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('hale');
    await expect(page.getByRole('option', { name: hale.name })).toBeVisible();
  },
  'key map': async (page, office) => {
    await page.goto(`${office.url}/clients`);
    await ready(page);
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  },
};
