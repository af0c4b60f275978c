// A server that strangers' letters would like to reach: it keeps every address that was asked of it, and shows vectors bare.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { armed, type Vector } from './vectors.ts';

const pixel = Buffer.from('R0lGODlhAQABAAAAACw=', 'base64');

export class Canary {
  readonly ran = new Set<string>();
  readonly loaded = new Set<string>();
  #waiting: [string, () => void][] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(vectors: Vector[]): Promise<Canary> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const canary = new Canary(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => {
      const [, kind, id] = (request.url ?? '').split('/');
      if (kind === 'ran') canary.ran.add(id);
      if (kind === 'loaded') canary.loaded.add(id);
      const bare = kind === 'bare' && vectors.find((vector) => vector.id === id);
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (bare) response.setHeader('Content-Type', 'text/html; charset=utf-8').end(armed(bare, canary.url));
      else response.setHeader('Content-Type', 'image/gif').end(pixel);
      canary.#waiting = canary.#waiting.filter(([path, reached]) => request.url !== path || reached());
    });
    return canary;
  }

  /** When this path is asked for. */
  reached(path: string): Promise<void> {
    return new Promise((reached) => this.#waiting.push([path, reached]));
  }

  forget(): void {
    this.ran.clear();
    this.loaded.clear();
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
