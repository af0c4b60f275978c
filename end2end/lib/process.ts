// Programs that run beside a test: started, listened to, ended by their own process id.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A running program and all it has said so far. */
export class Program {
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  readonly #listeners = new Set<(line: string) => void>();
  readonly #name: string;
  #ended = false;

  constructor(program: string, words: string[], env: NodeJS.ProcessEnv = {}) {
    this.#name = [program.split('/').pop(), ...words].join(' ');
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.#said.push(line);
        this.#listeners.forEach((listen) => listen(line));
      });
    }
    this.#child.on('exit', () => (this.#ended = true));
  }

  /** The first line, past or to come, that matches. */
  async line(pattern: RegExp, limit = 30_000): Promise<RegExpMatchArray> {
    for (const line of this.#said) {
      const match = line.match(pattern);
      if (match) return match;
    }
    return await new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#listeners.delete(listen);
        this.#child.off('exit', gone);
        act();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${this.#name} ${why}:\n${this.#said.slice(-20).join('\n')}`)));
      const listen = (line: string) => {
        const match = line.match(pattern);
        if (match) settle(() => resolve(match));
      };
      const gone = () => fail(`ended before it said ${pattern}`);
      const timer = setTimeout(() => fail(`did not say ${pattern} within ${limit / 1000} s`), limit);
      this.#listeners.add(listen);
      this.#child.on('exit', gone);
      this.#child.on('error', (error) => fail(`could not start (${error.message})`));
      if (this.#ended) gone();
    });
  }

  /** Asks it to end, by closing its input and as Ctrl-C does; insists after ten seconds. */
  async stop(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#child, 'exit');
    this.#child.stdin!.end();
    this.#child.kill('SIGINT');
    const insist = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await exit;
    clearTimeout(insist);
  }
}

/** Runs a program to its end and answers what it printed; an exit status other than 0 is an error. */
export async function run(program: string, words: string[], input = '', limit = 120_000): Promise<string> {
  const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: limit });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(input);
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (status !== 0) throw new Error(`${program.split('/').pop()} ${words.join(' ')} ended with ${status ?? signal}:\n${out}${err}`);
  return out;
}

/** A setting that `cargo xtask test` gives. */
export function given(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the browser tests with \`cargo xtask test pages browser axe\``);
  return value;
}
