import { oneLine, visible } from '../visible.ts';
import type { Output } from './output.ts';

/** One output stream: a writer that lets no foreign control character reach a terminal. */
export interface Terminal {
  /** Writes text; control characters in it become visible, colours of ours pass where colour is on. */
  write(text: string): void;
  /** Resolves when what was written has left. */
  drained(): Promise<void>;
  readonly isTTY: boolean;
  readonly colour: boolean;
  /** Width in columns; 80 where it is not a terminal. */
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

/** Known to nobody outside this process: a colour that a stranger writes is not ours. */
const stamp = Math.random().toString(36).slice(2);
const painted = new RegExp(`\\x1b\\[(\\d{1,2});${stamp}m`, 'g');

/** The text in a style, or as it is where there is no colour; for `Terminal.write`, which knows it by a stamp. */
export function paint(terminal: { readonly colour: boolean }, style: Style, text: string): string {
  if (!terminal.colour || text === '') return text;
  const [on, off] = codes[style];
  return `\x1b[${on};${stamp}m${text}\x1b[${off};${stamp}m`;
}

/** The text made `visible`, but for what `paint` put into it: that becomes colour, or nothing. */
export function shown(text: string, colour: boolean): string {
  const [first = '', ...rest] = text.split(painted);
  let out = visible(first);
  for (let at = 0; at < rest.length; at += 2)
    out += `${colour ? `\x1b[${rest[at]}m` : ''}${visible(rest[at + 1] ?? '')}`;
  return out;
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
    write: (text) => output.write(shown(text, colour)),
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
  invocation: { readonly stderr: Terminal; readonly quiet: boolean },
  total: number,
  label: string,
): Progress {
  const { stderr, quiet } = invocation;
  if (!stderr.isTTY || quiet) return { at: () => undefined, end: () => undefined };
  const start = Date.now();
  let shown = 0;
  return {
    at(done) {
      const now = Date.now();
      if (now - start < 500 || now - shown < 100) return;
      shown = now;
      const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
      process.stderr.write(`\r\x1b[K${oneLine(label)}: ${percent}% (${done}/${total})`);
    },
    end() {
      if (shown > 0) process.stderr.write('\r\x1b[K');
    },
  };
}
