import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** What is written to, and what it can show. */
export interface Terminal {
  /** Somebody is looking on: lines may be rewritten, and the service stays up. */
  readonly interactive: boolean;
  /** Blocks and lines can be drawn; else there is ASCII. */
  readonly unicode: boolean;
  write(text: string): void;
  /** `text` in a style, if the terminal shows styles and nobody asked for none. */
  style(style: Style, text: string): string;
}

/** As much of `process.stdout` as is needed. */
interface Stream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function terminal(stream: Stream, environment: Environment): Terminal {
  const interactive = stream.isTTY === true && environment.TERM !== 'dumb';
  const plain = !interactive || (environment.NO_COLOR ?? '') !== '';
  return {
    interactive,
    unicode: interactive && isUtf8(environment),
    write: (text) => void stream.write(text),
    style: (style, text) => (plain ? text : styleText(style, text, { validateStream: false })),
  };
}

/** The first of these that is set decides, as everywhere on Unix. */
function isUtf8({ LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
