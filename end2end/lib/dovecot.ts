// A real Dovecot with a mailbox full of letters, started by `postroom lab dovecot`; it ends when its input closes.
import { given, Program } from './process.ts';

/** What the lab prints as one JSON line. */
export interface DovecotLine {
  imap_port: number;
  imaps_port: number;
  /** TLS from the first octet; null where Dovecot has no POP3. */
  pop3s_port: number | null;
  /** SHA-256 of its certificate, which no authority vouches for. */
  fingerprint: string;
  user: string;
  password: string;
}

/** What the lab prints of a Postfix before it. */
export interface PostfixLine extends DovecotLine {
  /** STARTTLS; takes letters from whoever has signed in. */
  smtp_port: number;
  smtp_fingerprint: string;
}

export class Dovecot {
  private constructor(
    readonly line: DovecotLine,
    private readonly program: Program,
  ) {}

  /** Starts one with so many made-up letters; the same seed makes the same letters. */
  static async start(letters: number, seed = 7): Promise<Dovecot> {
    const program = new Program(given('POSTROOM_BIN'), ['lab', 'dovecot', '--letters', `${letters}`, '--seed', `${seed}`]);
    try {
      const [json] = await program.line(/^\{.*"imaps_port".*\}$/, 60_000);
      return new Dovecot(JSON.parse(json) as DovecotLine, program);
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  /** Empty mailboxes behind a real Postfix, which hands each letter to the user whose name stands before the @; the first is ours. */
  static async behindPostfix(users: string[]): Promise<{ mail: Dovecot; post: PostfixLine }> {
    const program = new Program(given('POSTROOM_BIN'), ['lab', 'postfix', '--users', users.join(',')]);
    try {
      const [json] = await program.line(/^\{.*"smtp_port".*\}$/, 60_000);
      const post = { ...(JSON.parse(json) as PostfixLine), user: users[0] };
      return { mail: new Dovecot(post, program), post };
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.program.stop();
  }
}
