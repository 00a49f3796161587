import { decode } from '../detect/limits.ts';
import type { Detector, DetectorOptions, Extraction, SourceFile, Unresolved } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../json.ts';
import type { Plugin } from '../kinds/plugged.ts';
import type { Content, Direction } from '../kinds/types.ts';
import * as answers from './answers.ts';
import type { Program } from './program.ts';

/** Characters of a contract's value: a file of a realm has at most 1 MiB. */
const MOST_VALUE = 512 * 1024;

/** Bytes of files in one question. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A program that knows a kind, asked with every answer checked. */
interface Checked {
  name: string;
  about: answers.Described;
  ask<T>(verb: string, request: JsonObject, read: (answer: JsonObject) => T): Promise<T>;
  /** What one of its readers is called among all of them. */
  reader(word: string): string;
}

/**
 * A kind as its program describes it. Nothing that the program says is taken as it comes: evidence stands in the files that
 * were asked about, a verdict matches its changes, and what it did not read or see covers nothing. Throws `kind-failed`.
 */
export async function checkedKind(name: string, program: Program): Promise<Plugin> {
  const ask = async <T>(verb: string, request: JsonObject, read: (answer: JsonObject) => T): Promise<T> => {
    const answer = await program.ask(verb, request);
    try {
      return read(answer);
    } catch (error) {
      if (!(error instanceof answers.BadAnswer)) throw error;
      throw program.wrong(`answered '${verb}' with something that ${error.message}`);
    }
  };
  const about = await ask('describe', {}, (answer) => answers.described(name, answer));
  const checked: Checked = { name, about, ask, reader: (word) => `${name}.${word}` };
  return {
    detectors: [
      ...about.readers.map((word) => offerReader(checked, word)),
      ...about.uses.map((word) => useReader(checked, word)),
    ],
    kind: kindOf(checked),
  };
}

/** Reads what the files offer. */
function offerReader({ about, ask, reader }: Checked, word: string): Detector {
  const read = async (files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> => {
    const { sent, lines, left } = readable(files);
    const found = await ask('offer', { reader: word, options, files: sent }, (answer) => ({
      value: small(answer.value ?? null),
      parts: answers.parts(answer, 'parts', lines),
      unresolved: answers.unresolved(answer, 'unresolved', lines),
    }));
    return {
      ...found,
      value: found.parts.length === 0 ? null : found.value,
      schema: schemaOf(about.direction),
      unresolved: [...left, ...found.unresolved],
    };
  };
  return detector(reader(word), about.summary, 'export', read);
}

/** Reads what the files use. */
function useReader({ about, ask, reader }: Checked, word: string): Detector {
  const read = async (files: readonly SourceFile[], options: DetectorOptions): Promise<Extraction> => {
    const { sent, lines, left } = readable(files);
    return ask('use', { use: word, options, files: sent }, (answer) => {
      const parts = answers.parts(answer, 'uses', lines);
      const value = parts.map((part) => ({ pointer: part.pointer, value: part.value }));
      const unresolved = [...left, ...answers.unresolved(answer, 'unread', lines)];
      return { value, schema: {}, parts, unresolved };
    });
  };
  return detector(reader(word), about.summary, 'import', read);
}

function kindOf({ name, about, ask, reader }: Checked): Plugin['kind'] {
  return {
    name,
    summary: about.summary,
    looksFor: about.looksFor,
    direction: about.direction,
    readers: about.readers.map(reader),
    uses: about.uses.map((word) => ({ name: word, reader: reader(word) })),
    holds: () => false,
    async recognise(file) {
      const { sent } = readable([file]);
      const [input] = sent;
      if (input === undefined) return null;
      const claim = await ask('recognise', { file: input }, (answer) =>
        answers.recognised(answer, about.readers),
      );
      return claim === null ? null : { ...claim, reader: reader(claim.reader) };
    },
    async compare(old, now) {
      if (sameJson(whole(old), whole(now))) return { verdict: { verdict: 'equal' }, changes: [] };
      if (!sameJson(old.schema, now.schema))
        return unknown('its schema changed, which plug-ins do not compare');
      try {
        const request = { old: old.value, new: now.value };
        return await ask('compare', request, (answer) => answers.comparison(name, answer));
      } catch (error) {
        return unknown(reasonOf(error));
      }
    },
    async cover(content, { extraction, looked, unread }) {
      if (unread !== null) return { answer: 'unknown', why: unread };
      if (looked === 0) return { answer: 'unknown', why: 'no use of the contract was found in it' };
      const seen = extraction.parts.map(({ pointer, value, path, line }) => ({ pointer, value, path, line }));
      try {
        return await ask('cover', { value: content.value, uses: seen }, (answer) =>
          answers.cover(answer, looked),
        );
      } catch (error) {
        return { answer: 'unknown', why: reasonOf(error) };
      }
    },
  };
}

function small(value: JsonValue): JsonValue {
  const { length } = JSON.stringify(value);
  if (length <= MOST_VALUE) return value;
  throw new answers.BadAnswer(`has a value of ${length} characters, more than ${MOST_VALUE}`);
}

function detector(
  name: string,
  summary: string,
  role: 'export' | 'import',
  extract: Detector['extract'],
): Detector {
  return { name, summary, roles: [role], reads: () => true, triggers: () => true, extract };
}

/** What a contract says of its direction, for anyone who does not have the plug-in. */
const schemaOf = (direction: Direction): JsonObject =>
  direction === 'agreed' ? {} : { 'x-realm': { polarity: direction === 'offers' ? 'grant' : 'need' } };

const whole = ({ value, schema }: Content): JsonValue => [value, schema];

const unknown = (reason: string) => ({
  verdict: { verdict: 'unknown' as const, reason, pointer: '' },
  changes: [],
});

function reasonOf(error: unknown): string {
  if (error instanceof RealmError) return error.message;
  throw error;
}

/** The files as a question has them, how many lines each has, and those that are too large to be in it or not text. */
function readable(files: readonly SourceFile[]): {
  sent: { path: string; text: string }[];
  lines: Map<string, number>;
  left: Unresolved[];
} {
  const sent = [];
  const lines = new Map<string, number>();
  const left: Unresolved[] = [];
  let bytes = 0;
  for (const file of files) {
    const text = decode(file);
    bytes += file.bytes.length;
    const problem =
      typeof text !== 'string'
        ? text
        : bytes > MOST_BYTES
          ? { why: `over the limit of ${MOST_BYTES >> 20} MB`, line: 1 }
          : null;
    if (typeof text === 'string' && problem === null) {
      sent.push({ path: file.path, text });
      lines.set(file.path, text.split('\n').length);
    } else
      left.push({ path: file.path, line: problem?.line ?? 1, what: '', why: problem?.why ?? '', gap: true });
  }
  return { sent, lines, left };
}
