// A demo office of our own in a temporary folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { given, Program } from './process.ts';

export class Demo {
  private constructor(
    /** Where it answers, without a slash at the end. */
    readonly url: string,
    readonly folder: string,
    readonly server: Program,
  ) {}

  static async start(): Promise<Demo> {
    const folder = await mkdtemp(join(tmpdir(), 'postroom-demo-'));
    const words = ['--data', folder, 'serve', '--demo', '--site', given('POSTROOM_SITE'), '--listen', '127.0.0.1:0'];
    const server = new Program(given('POSTROOM_BIN'), words);
    const [, url] = await server.line(/(http:\/\/127\.0\.0\.1:[1-9]\d*)/, 60_000);
    return new Demo(url, folder, server);
  }

  /** Whether its data is still there. */
  get exists(): boolean {
    return existsSync(this.folder);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
