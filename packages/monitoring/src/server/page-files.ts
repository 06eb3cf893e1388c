import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createRequire } from 'node:module';
import { extname } from 'node:path';
import type { Reply } from './reply.ts';
import { HTML } from './reply.ts';

/** The same place from `src` and from `dist`. */
const FOLDER = new URL('../../dashboard/', import.meta.url);

/** Each address of the page, and where its file is. Nothing else is ever read. */
const FILES: Readonly<Record<string, () => URL | string>> = {
  '/': () => new URL('index.html', FOLDER),
  ...Object.fromEntries(
    [
      'advice.js',
      'alerts.js',
      'chart.js',
      'connection.js',
      'curve-chart.js',
      'element.js',
      'favicon.svg',
      'format.js',
      'health.js',
      'history.js',
      'life.js',
      'list-item.js',
      'page.js',
      'palette.js',
      'plot.js',
      'spark.js',
      'style.css',
      'table.js',
      'tables.js',
      'theme.js',
      'tiles.js',
      'time-charts.js',
    ].map((name) => [`/${name}`, () => new URL(name, FOLDER)]),
  ),
  '/uplot.js': () => createRequire(import.meta.url).resolve('uplot/dist/uPlot.esm.js'),
  '/uplot.css': () => createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'),
};

/** What the page for signing in needs, and everybody may have. */
const PUBLIC: ReadonlySet<string> = new Set(['/favicon.svg', '/style.css']);

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': HTML,
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  readonly tag: string;
}

/** The files of the dashboard, each read when it is first asked for. */
export class PageFiles {
  readonly #read = new Map<string, Promise<PageFile>>();

  has(path: string): boolean {
    return Object.hasOwn(FILES, path);
  }

  isPublic(path: string): boolean {
    return PUBLIC.has(path);
  }

  /** A browser asks each time whether its copy is still good: another version may serve here tomorrow. */
  async reply(path: string, { headers }: IncomingMessage): Promise<Reply> {
    const { type, body, tag } = await this.#file(path);
    const caching = { 'cache-control': 'no-cache', etag: tag };
    if (headers['if-none-match'] === tag) return { status: 304, type, body: '', headers: caching };
    return { type, body, headers: caching };
  }

  async #file(path: string): Promise<PageFile> {
    try {
      const reading = this.#read.get(path) ?? readPageFile(FILES[path]!());
      this.#read.set(path, reading);
      return await reading;
    } catch (cause) {
      this.#read.delete(path);
      const hint =
        'A program that is bundled into one file has them only if @uno-cache/monitoring stays out of the bundle.';
      throw new Error(`The files of the page cannot be read. ${hint}`, { cause });
    }
  }
}

async function readPageFile(place: URL | string): Promise<PageFile> {
  const body = await readFile(place);
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { type: TYPES[extname(String(place))]!, body, tag: `"${tag}"` };
}
