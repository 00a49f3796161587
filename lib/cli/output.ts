import { fstatSync, writeSync } from 'node:fs';
import type { WriteStream } from 'node:tty';
import { Exit } from '../errors.ts';

/** Exit status of a program that a signal ended, as a shell has it. */
export const exitSignal = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;

/** Standard output or standard error. */
export interface Output {
  readonly isTTY: boolean;
  /** Width in columns, of a terminal. */
  readonly columns: number | undefined;
  /** All of it is handed over when this returns, or waits in the stream. */
  write(text: string): void;
  /** Resolves when nothing waits. */
  drained(): Promise<void>;
}

/**
 * Where a hook wants what we say: standard error, or the descriptor that it names, because it keeps what node itself says
 * when it breaks (hooks/lib/start). Takes the variable out of the environment: it is not for the processes that we start.
 */
export function errorOutput(env: NodeJS.ProcessEnv): Output {
  const says = env.GIT_REALM_SAYS;
  delete env.GIT_REALM_SAYS;
  return says === '3' ? plainOutput(3) : output(2);
}

/** Written at once, and never to what is treated as a terminal. */
function plainOutput(descriptor: number): Output {
  return {
    isTTY: false,
    columns: undefined,
    write: (text) => {
      let rest = Buffer.from(text);
      while (rest.length > 0) {
        const written = tryWrite(descriptor, rest);
        if (written === null) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
        else rest = rest.subarray(written);
      }
    },
    drained: () => Promise.resolve(),
  };
}

/**
 * Node takes 3 ms to make the stream object of a descriptor, for it loads its network code. What is not a terminal is written
 * without: synchronously, as node's own stream does on pipes and files. Ends the process where the reader went away.
 */
export function output(descriptor: 1 | 2): Output {
  let made: WriteStream | undefined;
  const stream = (): WriteStream => {
    made ??= listened(descriptor === 1 ? process.stdout : process.stderr);
    return made;
  };
  const mayBeTerminal = isCharacterDevice(descriptor);
  return {
    get isTTY() {
      return mayBeTerminal && stream().isTTY === true;
    },
    get columns() {
      return mayBeTerminal ? stream().columns : undefined;
    },
    write: (text) => {
      let rest = Buffer.from(text);
      while (made === undefined && !mayBeTerminal && rest.length > 0) {
        const written = tryWrite(descriptor, rest);
        if (written === null) break;
        rest = rest.subarray(written);
      }
      if (rest.length > 0) stream().write(rest);
    },
    drained: () => new Promise((done) => (made === undefined ? done() : made.write('', () => done()))),
  };
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}

/** How many bytes were written; `null`: the other end made the descriptor non-blocking, and it is full. */
function tryWrite(descriptor: number, bytes: Buffer): number | null {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return null;
    return broken(error as NodeJS.ErrnoException);
  }
}

function listened(stream: WriteStream): WriteStream {
  stream.on('error', broken);
  return stream;
}

/** A reader that went away (`git realm log | head`) ends the command quietly, as SIGPIPE ends git; a full disk is said. */
function broken(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(exitSignal.SIGPIPE);
  try {
    writeSync(2, `error: cannot write the output: ${error.message.replace(/, write$/, '')}\n`);
  } catch {
    // Standard error is what cannot be written.
  }
  process.exit(Exit.fatal);
}
