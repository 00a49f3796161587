import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { RealmError } from '../errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Found } from './search.ts';

/** The protocol of docs/kinds-plugins.md that is spoken here. */
const PROTOCOL = 1;

/** Of one answer, in bytes: the values of thousands of files. */
const MOST = 8 * 1024 * 1024;
/** Deeper answers are refused: anyone who reads them goes down by recursion. */
const DEEPEST = 100;
/** All questions of a command together may take as long as so many that each use up their time. */
const LONGEST = 6;

interface Waiting {
  id: number;
  resolve(answer: JsonObject): void;
  reject(error: RealmError): void;
}

/**
 * A program that answers questions, one JSON line each, one after the other. The first thing that goes wrong ends it with
 * everything that it started, and is the answer to all that is asked from then on.
 */
export class Program {
  #child: ChildProcess | undefined;
  #failed: RealmError | undefined;
  #waiting: Waiting | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #chunks: Buffer[] = [];
  #size = 0;
  #said = '';
  #asked = 0;
  #left: number;
  readonly name: string;
  readonly #found: Found;
  readonly #seconds: number;

  constructor(name: string, found: Found, { seconds }: { seconds: number }) {
    this.name = name;
    this.#found = found;
    this.#seconds = seconds;
    this.#left = seconds * LONGEST * 1000;
  }

  /** Throws `kind-failed`: it ended, took too long, answered too much, or not as a JSON line that answers this question. */
  ask(verb: string, request: JsonObject): Promise<JsonObject> {
    const answer = this.#turn.then(() => this.#exchange(verb, request));
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** An answer that does not say what it has to: `what` continues the sentence that begins with the program's name. */
  wrong(what: string): RealmError {
    return new RealmError('kind-failed', `git-realm-kind-${this.name} ${what}`, {
      hint: `the program is ${this.#found.file}; for the protocol, see docs/kinds-plugins.md`,
      data: { kind: this.name, program: this.#found.file },
    });
  }

  /** Ends it with everything that it started. */
  close(): void {
    this.#fail(this.wrong('was stopped'));
  }

  #exchange(verb: string, request: JsonObject): Promise<JsonObject> {
    if (this.#failed !== undefined) return Promise.reject(this.#failed);
    const id = ++this.#asked;
    const began = Date.now();
    const most = Math.min(this.#seconds * 1000, this.#left);
    const late = () => this.#fail(this.wrong(`did not answer '${verb}' within ${Math.ceil(most / 1000)} s`));
    const timer = setTimeout(late, most);
    return new Promise<JsonObject>((resolve, reject) => {
      this.#waiting = { id, resolve, reject };
      this.#child ??= this.#start();
      this.#child.stdin?.write(`${JSON.stringify({ version: PROTOCOL, id, do: verb, ...request })}\n`);
    }).finally(() => {
      clearTimeout(timer);
      this.#left -= Date.now() - began;
    });
  }

  #start(): ChildProcess {
    const { file, env } = this.#found;
    // A process group of its own, so that what it starts ends with it; and nowhere near the repository.
    const child = spawn(file, [], { cwd: path.parse(file).root, env, detached: true, stdio: 'pipe' });
    child.stdin.on('error', () => {});
    child.stderr.on('data', (chunk: Buffer) => {
      this.#said = (this.#said + chunk.toString('utf8')).slice(-500);
    });
    child.stdout.on('data', (chunk: Buffer) => this.#heard(chunk));
    child.on('error', (cause) => this.#fail(this.wrong(`cannot be started: ${cause.message}`)));
    child.on('close', (code, signal) =>
      this.#fail(this.wrong(`ended (${signal ?? `exit status ${code}`})${this.#words()}`)),
    );
    process.once('exit', this.#kill);
    return child;
  }

  #words(): string {
    const last = this.#said.split('\n').findLast((line) => line.trim() !== '');
    return last === undefined ? '' : `: ${last.trim()}`;
  }

  #heard(chunk: Buffer): void {
    const waiting = this.#waiting;
    if (this.#failed !== undefined) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    const end = chunk.indexOf(10);
    try {
      if (waiting === undefined) throw this.wrong('wrote output without a request');
      if (this.#size > MOST) throw this.wrong(`answered with more than ${MOST >> 20} MiB`);
      if (end < 0) return;
      if (end < chunk.length - 1) throw this.wrong('answered a request with more than one line');
      const answer = this.#read(Buffer.concat(this.#chunks).toString('utf8'), waiting.id);
      this.#chunks = [];
      this.#size = 0;
      this.#waiting = undefined;
      waiting.resolve(answer);
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      this.#fail(error);
    }
  }

  #read(line: string, id: number): JsonObject {
    const answer = parsed(line);
    if (answer === undefined) throw this.wrong('answered with a line that is not JSON');
    if (!isObject(answer) || answer.version !== PROTOCOL)
      throw this.wrong(`does not support version ${PROTOCOL} of the protocol`);
    if (answer.id !== id) throw this.wrong('answered a different request');
    if (isTooDeep(answer)) throw this.wrong('answered with values that are nested too deeply');
    const { error } = answer;
    if (error !== undefined)
      throw this.wrong(`says: ${typeof error === 'string' ? error.slice(0, 500) : 'error'}`);
    return answer;
  }

  #fail(error: RealmError): void {
    if (this.#failed !== undefined) return;
    this.#failed = error;
    this.#kill();
    process.off('exit', this.#kill);
    this.#chunks = [];
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #kill = (): void => {
    const child = this.#child;
    if (child?.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It is gone, and all that it started.
    }
    for (const pipe of [child.stdin, child.stdout, child.stderr]) pipe?.destroy();
    child.unref();
  };
}

function parsed(line: string): JsonValue | undefined {
  try {
    return JSON.parse(line) as JsonValue;
  } catch {
    return undefined;
  }
}

function isTooDeep(value: JsonValue): boolean {
  let level: JsonValue[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
