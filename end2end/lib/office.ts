// A Postroom of our own in a temporary folder: its data, its command line, its server.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Dovecot } from './dovecot.ts';
import { deliver } from './imap.ts';
import { clientsCsv, type Letter, letters } from './letters.ts';
import { given, Program, run } from './process.ts';

/** The person who signs in. */
export const ada = { name: 'Ada Lovelace', email: 'ada@kontor.example', password: 'four quiet brown horses' };
/** The mailbox's own address: letters from it count as sent. */
export const officeAddress = 'office@kontor.example';

export class Office {
  /** Where it answers, without a slash at the end. */
  url = '';
  /** The one-time link of the first start; empty when somebody is set up already. */
  setUpLink = '';
  #server: Program | null = null;

  private constructor(
    readonly data: string,
    readonly mail: Dovecot,
  ) {}

  /** Nobody is set up; the mailbox waits to be connected, full enough that its collection can be watched. */
  static async empty(madeUp = 1500): Promise<Office> {
    return await Office.#waiting(await Office.#make(madeUp));
  }

  /** The same with mailboxes that are there already; they end with the office. */
  static async emptyWith(mail: Dovecot, more: Letter[]): Promise<Office> {
    return await Office.#waiting(await Office.#with(mail, more));
  }

  static async #waiting(office: Office): Promise<Office> {
    await office.#guarded(async () => {
      await office.serve();
      office.setUpLink = (await office.#server!.line(/(https?:\/\/\S+\/setup\?token=[^\s"']+)/))[1];
    });
    return office;
  }

  /** Ada is set up, her mailbox is collected, her clients are on file. By the command line, so that pages are not needed to test pages. */
  static async filled(madeUp = 120, more: Letter[] = []): Promise<Office> {
    const office = await Office.#make(madeUp, more);
    await office.#guarded(async () => {
      await office.cli(['user', 'add', '--email', ada.email, '--name', ada.name, '--role', 'administrator'], `${ada.password}\n`);
      await office.cli(['client', 'import', await office.file('clients.csv', clientsCsv)]);
      await office.cli(['account', 'add', await office.file('account.toml', office.#account())]);
      await office.cli(['collect']);
      await office.serve();
    });
    return office;
  }

  static async #make(madeUp: number, more: Letter[] = []): Promise<Office> {
    return await Office.#with(await Dovecot.start(madeUp), [...letters(), ...more]);
  }

  static async #with(mail: Dovecot, filled: Letter[]): Promise<Office> {
    const office = new Office(await mkdtemp(join(tmpdir(), 'postroom-office-')), mail);
    await office.#guarded(() => deliver(mail.line, filled));
    return office;
  }

  async #guarded(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Runs `postroom` on this data. */
  async cli(words: string[], input = ''): Promise<string> {
    return await run(given('POSTROOM_BIN'), ['--data', join(this.data, 'data'), ...words], input);
  }

  /** Puts a file beside the data and answers its path. */
  async file(name: string, text: string): Promise<string> {
    const path = join(this.data, name);
    await writeFile(path, text);
    return path;
  }

  /** Starts the server on a free port. */
  async serve(): Promise<void> {
    const words = ['--data', join(this.data, 'data'), 'serve', '--site', given('POSTROOM_SITE'), '--listen', '127.0.0.1:0'];
    this.#server = new Program(given('POSTROOM_BIN'), words);
    this.url = (await this.#server.line(/(http:\/\/127\.0\.0\.1:[1-9]\d*)/, 60_000))[1];
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
    await this.mail.stop();
    await rm(this.data, { recursive: true, force: true });
  }

  #account(): string {
    const { imaps_port, fingerprint, user, password } = this.mail.line;
    return [
      'name = "Office"',
      'protocol = "imap"',
      `address = "${officeAddress}"`,
      'server = "127.0.0.1"',
      `port = ${imaps_port}`,
      'security = "tls"',
      `user_name = "${user}"`,
      `password = "${password}"`,
      `pinned_fingerprint = "${fingerprint}"`,
      'folders = "all"',
      '',
    ].join('\n');
  }
}
