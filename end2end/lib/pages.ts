// Every page a signed-in person can open, by a name for people. Add a page here and it is judged and pictured.
import type { Page } from '@playwright/test';
import { hale, proposal } from './letters.ts';
import type { Office } from './office.ts';
import { expect } from './test.ts';

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

export const pages: Record<string, Open> = {
  home: at('/'),
  clients: at('/clients'),
  'clients nobody found': at('/clients?words=zzzz'),
  'client new': at('/clients/new'),
  'client import': at('/clients/import'),
  'account import': at('/accounts/import'),
  'account schedule': at('/accounts/schedule'),
  'account delete': under('/delete'),
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
  search: at(`/search?q=${proposal.word}`),
  'search empty': at('/search'),
  'search best': at(`/search?q=${proposal.word}&sort=best`),
  'search nothing': at('/search?q=colour:zzzz'),
  mail: at('/mail'),
  'mail account': async (page, office) => {
    await account(page, office);
    await page.goto(page.url().replace('/accounts/', '/mail/'));
  },
  accounts: at('/accounts'),
  'account new': at('/accounts/new'),
  account,
  'account folders': then(account, '?tab=folders'),
  'account ledger': then(account, '?tab=ledger'),
  'account collections': under('/collections'),
  'account statements': under('/statements'),
  'account statement': under('/statements/1'),
  'account hands off': under('/hands-off'),
  'accounts checklist': at('/accounts/checklist?address=margaret.hael@example.org'),
  settings: at('/settings'),
  people: at('/settings/people'),
  person: by('/settings/people', 'Ada Lovelace'),
  'cost centres': at('/settings/cost-centres'),
  profile: at('/settings/profile'),
  'second factor': at('/settings/second-factor'),
  audit: at('/audit'),
  'audit filtered': at('/audit?group=client'),
  status: at('/status'),
};
