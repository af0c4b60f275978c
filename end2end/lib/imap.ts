// Just enough IMAP to put letters into a mailbox, as another mail program would.
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import type { DovecotLine } from './dovecot.ts';
import type { Letter } from './letters.ts';
import { raw } from './letters.ts';

/** Files letters into their folders, each with the date it claims. */
export async function deliver(server: DovecotLine, letters: Letter[]): Promise<void> {
  const { session, socket } = await signedIn(server, server.user);
  const folders = new Set(letters.map((letter) => letter.folder).filter((folder) => folder !== 'INBOX'));
  for (const folder of folders) await session.command(`CREATE "${folder}"`, /^\S+ (OK|NO)/);
  for (const letter of letters) {
    const bytes = raw(letter);
    await session.command(`APPEND "${letter.folder}" (\\Seen) "${internalDate(letter.date)}" {${bytes.length}}`, /^\+/);
    socket.write(bytes);
    await session.command('', /^a\d+ OK/);
  }
  await session.command('LOGOUT', /^\* BYE/);
  socket.destroy();
}

/** The newest letter in somebody's inbox of which a pattern tells; waits until it is there. */
export async function arrived(server: DovecotLine, user: string, pattern: RegExp, limit = 60_000): Promise<string> {
  const until = Date.now() + limit;
  for (;;) {
    const { session, socket } = await signedIn(server, user);
    await session.command('EXAMINE INBOX');
    const text = await session.text('FETCH 1:* BODY.PEEK[]').catch(() => '');
    socket.destroy();
    const found = text.split(/^\* \d+ FETCH /m).findLast((letter) => pattern.test(letter));
    if (found) return found;
    if (Date.now() > until) throw new Error(`${user} got no letter like ${pattern} within ${limit / 1000} s`);
    // The mail servers tell nobody else when a letter is in.
    await new Promise((again) => setTimeout(again, 200));
  }
}

async function signedIn(server: DovecotLine, user: string): Promise<{ session: Session; socket: TLSSocket }> {
  // Loopback only, and only in tests: the certificate is a throw-away one.
  const socket = connect({ host: '127.0.0.1', port: server.imaps_port, rejectUnauthorized: false });
  socket.setTimeout(20_000, () => socket.destroy(new Error('Dovecot did not answer within 20 s')));
  const session = new Session(socket);
  await session.until(/^\* OK/);
  await session.command(`LOGIN "${user}" "${server.password}"`);
  return { session, socket };
}

/** `05-Nov-2026 09:30:00 +0000`. */
function internalDate(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().match(/(\d\d) (\w{3}) (\d{4}) (\S+)/)!;
  return `${day}-${month}-${year} ${time} +0000`;
}

class Session {
  #rest = '';
  #number = 0;
  readonly #socket: TLSSocket;

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
  }

  async command(words: string, expected?: RegExp): Promise<void> {
    const tag = words ? `a${++this.#number}` : `a${this.#number}`;
    this.#socket.write(words ? `${tag} ${words}\r\n` : '\r\n');
    await this.until(expected ?? new RegExp(`^${tag} OK`));
  }

  /** All that is said until the command is done. */
  async text(words: string): Promise<string> {
    const said: string[] = [];
    const tag = `a${++this.#number}`;
    this.#socket.write(`${tag} ${words}\r\n`);
    await this.until(new RegExp(`^${tag} OK`), (line) => said.push(line));
    return said.join('\n');
  }

  async until(expected: RegExp, each: (line: string) => void = () => {}): Promise<void> {
    for (;;) {
      const end = this.#rest.indexOf('\r\n');
      if (end < 0) {
        const chunk = this.#socket.read() as string | null;
        if (chunk !== null) this.#rest += chunk;
        else if (this.#socket.readableEnded || this.#socket.destroyed) throw new Error('Dovecot closed the connection');
        else await once(this.#socket, 'readable');
        continue;
      }
      const line = this.#rest.slice(0, end);
      this.#rest = this.#rest.slice(end + 2);
      if (expected.test(line)) return;
      each(line);
      if (/^(a\d+ (NO|BAD)|\* BYE)/.test(line)) throw new Error(`Dovecot: ${line}`);
    }
  }
}
