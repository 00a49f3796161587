import type { DescField, DescMessage, Message, MessageShape } from '@bufbuild/protobuf';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { FieldSide } from './compare/fields.ts';
import type { Comparison } from './compare/report.ts';

/** Messages that are encoded and decoded for one comparison, at most. */
const MOST = 400;

type Values = Record<string, unknown>;

/**
 * Messages that the other side reads differently: written with the old files, in JSON and as bytes, and read with the new ones by
 * the library. A witness that this does not confirm is none.
 */
export class Witnesses {
  private left = MOST;

  constructor(private readonly comparison: Comparison) {}

  /** A message in which one field is set, where the new side reads something else. */
  ofField(was: FieldSide, is: FieldSide | undefined): JsonValue | undefined {
    const old = this.comparison.old.message(was.owner);
    const now = this.comparison.now.message(this.comparison.renamed(was.owner));
    const field = old?.fields.find(({ number }) => number === was.written.number);
    if (old === undefined || now === undefined || field === undefined) return undefined;
    for (const values of [...candidates(this.comparison, field), {}]) {
      const found = this.read(old, now, values, { number: field.number, isGone: is === undefined });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The message of which nothing is set. */
  empty(name: string): JsonValue | undefined {
    const [old, now] = [
      this.comparison.old.message(name),
      this.comparison.now.message(this.comparison.renamed(name)),
    ];
    return old === undefined || now === undefined ? undefined : this.read(old, now, {}, {});
  }

  /** A message that nobody can read by its name any more. */
  ofMessage(name: string): JsonValue | undefined {
    const old = this.comparison.old.message(name);
    return old === undefined ? undefined : { message: name, json: {}, hex: '' };
  }

  /** The name of a value as JSON has it. */
  ofEnumName(_: string, value: string): JsonValue {
    return { json: value };
  }

  /** A number that no value of an enum has. */
  ofEnumNumber(name: string): JsonValue | undefined {
    const numbers = new Set(this.comparison.old.enum(name)?.values.map(({ number }) => number));
    let number = 1;
    while (numbers.has(number)) number += 1;
    return { value: number };
  }

  private read(
    old: DescMessage,
    now: DescMessage,
    values: Values,
    { number, isGone = false }: { number?: number; isGone?: boolean },
  ): JsonObject | undefined {
    if (this.left <= 0) return undefined;
    this.left -= 1;
    const { protobuf } = this.comparison.old.libraries;
    const written = attempt(() => {
      const message = protobuf.create(old, values as never);
      return {
        message,
        bytes: protobuf.toBinary(old, message),
        json: protobuf.toJson(old, message, this.options('old')),
      };
    });
    if (written === undefined) return undefined;
    const { bytes, json } = written;
    const said = { message: old.typeName, json: json as JsonValue, hex: Buffer.from(bytes).toString('hex') };
    const binary = outcome(() => protobuf.fromBinary(now, bytes));
    if ('refused' in binary) return { ...said, read: binary };
    const again = outcome(() => protobuf.toJson(now, binary.value, this.options('now')));
    const read = 'refused' in again ? again : (again.value as JsonValue);
    if (isGone) return { ...said, read };
    if (number !== undefined && !sameReading(old, written.message, now, binary.value, number))
      return { ...said, read };
    if (!this.comparison.breaksFrom('wire-json')) return undefined;
    const parsed = outcome(() => protobuf.fromJson(now, json as never, this.options('now')));
    if ('refused' in parsed) return { ...said, read: parsed };
    return JSON.stringify(json) === JSON.stringify(read) ? undefined : { ...said, read };
  }

  private options(side: 'old' | 'now') {
    return { registry: this.comparison[side].registry };
  }
}

type Outcome<T> = { value: T } | { refused: string };

function outcome<T>(run: () => T): Outcome<T> {
  try {
    return { value: run() };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function attempt<T>(run: () => T): T | undefined {
  const found = outcome(run);
  return 'value' in found ? found.value : undefined;
}

/** Do two messages say the same in the field of one number? */
function sameReading(old: DescMessage, was: Message, now: DescMessage, is: Message, number: number): boolean {
  return reading(old, was, number) === reading(now, is, number);
}

/** The value of a field in words that do not depend on its type: numbers and names as they are, bytes and text as bytes. */
function reading(desc: DescMessage, message: Message, number: number): string {
  const field = desc.fields.find((candidate) => candidate.number === number);
  if (field === undefined) return 'gone';
  return plain(valueIn(field, message) ?? fallback(field));
}

function valueIn(field: DescField, message: Message): unknown {
  const values = message as unknown as Values;
  if (field.oneof === undefined) return values[field.localName];
  const chosen = values[field.oneof.localName] as { case?: string; value?: unknown } | undefined;
  return chosen?.case === field.localName ? chosen.value : undefined;
}

const fallback = (field: DescField): unknown =>
  field.fieldKind === 'scalar' || field.fieldKind === 'enum' ? field.getDefaultValue() : undefined;

function plain(value: unknown): string {
  if (value === undefined || value === false || value === '')
    return value === '' ? '""' : value === false ? '0' : '-';
  if (value === true) return '1';
  if (typeof value === 'number')
    return Number.isNaN(value) ? 'NaN' : Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof Uint8Array) return textOf(value);
  if (Array.isArray(value)) return `[${value.map(plain).join()}]`;
  const entries = Object.entries(value as Values).filter(([key]) => !key.startsWith('$'));
  return `{${entries.map(([key, item]) => `${key}:${plain(item)}`).join()}}`;
}

const textOf = (bytes: Uint8Array): string => JSON.stringify(Buffer.from(bytes).toString('utf8'));

/** Values of a field at the edges of its type, each alone in its message. */
function candidates(comparison: Comparison, field: DescField): Values[] {
  const { protobuf } = comparison.old.libraries;
  const of = (value: unknown): Values =>
    field.oneof === undefined
      ? { [field.localName]: value }
      : { [field.oneof.localName]: { case: field.localName, value } };
  const edges = (scalar: number | undefined): unknown[] => EDGES[scalar ?? 0] ?? [1];
  const filled = (message: DescMessage): MessageShape<DescMessage> => protobuf.create(message);
  const values: unknown[] =
    field.enum !== undefined
      ? [...new Set(field.enum.values.map(({ number }) => number))].slice(0, 20)
      : field.message !== undefined
        ? [filled(field.message)]
        : edges(field.scalar);
  if (field.fieldKind === 'list') return values.map((value) => of([value, value]));
  if (field.fieldKind === 'map')
    return edges(field.mapKey).flatMap((key) =>
      values.slice(0, 1).map((value) => of({ [String(key)]: value })),
    );
  return values.map(of);
}

const BIG = [1n, -1n, 1n << 40n, -(1n << 40n)];
/** Values at the edges of the scalar types, by their numbers in descriptors. */
const EDGES: Record<number, unknown[]> = {
  1: [1.5, -1, 1e300],
  2: [1.5, -1],
  3: BIG,
  4: [1n, 1n << 40n, 1n << 63n],
  5: [1, -1, 2147483647],
  6: [1n, 1n << 63n],
  7: [1, 4294967295],
  8: [true],
  9: ['a', 'é'],
  12: [new Uint8Array([97]), new Uint8Array([255])],
  13: [1, 4294967295],
  15: [1, -1],
  16: [1n, -1n],
  17: [1, -1],
  18: BIG,
};
