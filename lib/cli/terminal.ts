import type { Output } from './output.ts';

/** One output stream: a writer that lets no foreign control character reach a terminal. */
export interface Terminal {
  /** Writes text; control characters in it become visible, colours of ours pass where colour is on. */
  write(text: string): void;
  /** Resolves when what was written has left. */
  drained(): Promise<void>;
  readonly isTTY: boolean;
  readonly colour: boolean;
  /** Width in columns; 80 where it is no terminal. */
  readonly columns: number;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan';

const codes: Record<Style, readonly [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  cyan: [36, 39],
};

const ours = new Set(Object.values(codes).flat());

/** The text in a style, or as it is where there is no colour. */
export function paint(terminal: { readonly colour: boolean }, style: Style, text: string): string {
  if (!terminal.colour || text === '') return text;
  const [on, off] = codes[style];
  return `\x1b[${on}m${text}\x1b[${off}m`;
}

// C0 but tab and newline, DEL, C1, and the marks that reorder or hide text (Unicode TR 36, "Trojan Source").
const unsafe =
  /\x1b\[(\d{1,2})m|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** The text with every control character made visible (`\x1b`, `\u202e`); the colours of `paint` pass if asked. */
export function visible(text: string, keepColours = false): string {
  return text.replace(unsafe, (found: string, code: string | undefined) => {
    if (keepColours && code !== undefined && ours.has(Number(code))) return found;
    return Array.from(found, escapeCharacter).join('');
  });
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return character;
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** JSON that is also safe to show: what `JSON.stringify` leaves bare (C1, DEL, bidi marks) is escaped in it. */
export function visibleJson(value: unknown): string {
  return (JSON.stringify(value, null, 2) ?? 'null').replace(
    /[\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Should this stream be coloured? `--no-color`, `NO_COLOR` and `TERM=dumb` win over a terminal, `--color` over them. */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  env: Readonly<NodeJS.ProcessEnv>,
  asked: boolean | undefined,
): boolean {
  if (asked !== undefined) return asked;
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** A terminal over an output of the process. */
export function terminal(output: Output, colour: boolean): Terminal {
  return {
    write: (text) => output.write(visible(text, colour)),
    drained: () => output.drained(),
    isTTY: output.isTTY,
    colour,
    columns: output.columns ?? 80,
  };
}

export interface Progress {
  /** Says how far it is; cheap to call often. */
  at(done: number): void;
  /** Wipes the line. */
  end(): void;
}

/** A progress line on standard error, only on a terminal and only when it takes longer than half a second. */
export function progress(
  context: { readonly stderr: Terminal; readonly quiet: boolean },
  total: number,
  label: string,
): Progress {
  const { stderr, quiet } = context;
  if (!stderr.isTTY || quiet) return { at: () => undefined, end: () => undefined };
  const start = Date.now();
  let shown = 0;
  return {
    at(done) {
      const now = Date.now();
      if (now - start < 500 || now - shown < 100) return;
      shown = now;
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      process.stderr.write(`\r\x1b[K${visible(label)}: ${percent}% (${done}/${total})`);
    },
    end() {
      if (shown > 0) process.stderr.write('\r\x1b[K');
    },
  };
}
