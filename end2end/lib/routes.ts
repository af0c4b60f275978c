// The addresses that pages have, as the program knows them: so that no page is left out where all are looked at.
import { readFile } from 'node:fs/promises';

/** The patterns in the program's table of routes. */
export async function routes(): Promise<string[]> {
  const table = await readFile(new URL('../../app/src/routes.rs', import.meta.url), 'utf8');
  const found = [...table.matchAll(/<Route path=path!\("([^"]+)"\)/g)].map(([, pattern]) => pattern);
  if (found.length < 20) throw new Error('The table of routes is written in another way: read it anew here');
  return found;
}

/** Which of the patterns no path has; what is written out goes before what stands for anything. */
export function unvisited(patterns: string[], paths: Iterable<string>): string[] {
  const exact = [...patterns].sort((one, other) => one.split(':').length - other.split(':').length);
  const left = new Set(patterns);
  for (const path of paths) {
    const found = exact.find((pattern) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(path));
    if (found) left.delete(found);
  }
  return [...left];
}
