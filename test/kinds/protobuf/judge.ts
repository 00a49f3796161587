import type { DescField, DescMessage, FileRegistry, Message } from '@bufbuild/protobuf';
import { create, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';

type Random = () => number;
type Values = Record<string, unknown>;

const BIG = [0n, 1n, -1n, 1n << 40n, -(1n << 62n)];
const UNSIGNED = [0n, 1n, 1n << 40n, (1n << 64n) - 1n];
const SMALL = [0, 1, -1, 7, 2147483647, -2147483648];
const POSITIVE = [0, 1, 7, 4294967295];
const EDGES: Record<number, readonly unknown[]> = {
  ...{
    1: [0, 1.5, -1e300],
    2: [0, 1.5, -2],
    3: BIG,
    4: UNSIGNED,
    5: SMALL,
    6: UNSIGNED,
    7: POSITIVE,
    8: [true, false],
  },
  ...{
    9: ['', 'a', 'é'],
    12: [new Uint8Array(), new Uint8Array([97]), new Uint8Array([255, 0])],
    13: POSITIVE,
  },
  ...{ 15: SMALL, 16: BIG, 17: SMALL, 18: BIG },
};

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

/** A random message, values at the edges of their types. */
function messageOf(desc: DescMessage, random: Random, kept: ReadonlySet<number>, depth = 0): Message {
  const values: Values = {};
  for (const field of desc.fields) {
    if (field.presence !== 3 && random() < 0.3) continue;
    const value = randomOf(field, random, kept, depth);
    if (value === undefined) continue;
    if (field.oneof === undefined) values[field.localName] = value;
    else values[field.oneof.localName] = { case: field.localName, value };
  }
  return create(desc, values as never);
}

function randomOf(field: DescField, random: Random, kept: ReadonlySet<number>, depth: number): unknown {
  const item = (): unknown => {
    if (field.message !== undefined)
      return depth > 2 ? create(field.message) : messageOf(field.message, random, kept, depth + 1);
    if (field.enum !== undefined) {
      const numbers = field.enum.values.map(({ number }) => number).filter((number) => kept.has(number));
      return field.enum.open && random() < 0.1 ? 77 : pick(random, numbers);
    }
    return pick(random, EDGES[field.scalar ?? 0] ?? []);
  };
  if (field.fieldKind === 'list') return Array.from({ length: Math.floor(random() * 3) }, item);
  if (field.fieldKind === 'map') return { [String(pick(random, EDGES[field.mapKey] ?? []))]: item() };
  return item();
}

/** What a message says, by the numbers of its fields: in bytes a truth value is a number, and text is bytes. */
function said(desc: DescMessage, message: Message, only: DescMessage): unknown {
  const found: [number, unknown][] = [];
  for (const field of desc.fields) {
    const other = only.fields.find(({ number }) => number === field.number);
    if (other === undefined) continue;
    const values = message as unknown as Values;
    const chosen =
      field.oneof === undefined
        ? undefined
        : (values[field.oneof.localName] as { case?: string; value?: unknown });
    const value =
      field.oneof === undefined
        ? values[field.localName]
        : chosen?.case === field.localName
          ? chosen.value
          : undefined;
    const converted = (inner: unknown): unknown =>
      field.message !== undefined && other.message !== undefined && inner !== undefined
        ? said(field.message, inner as Message, other.message)
        : plain(inner);
    const otherwise =
      field.fieldKind === 'scalar' || field.fieldKind === 'enum'
        ? (field.getDefaultValue() ?? zeroOf(field))
        : undefined;
    if (Array.isArray(value)) found.push([field.number, value.map(converted)]);
    else if (field.fieldKind === 'map')
      found.push([
        field.number,
        Object.entries((value ?? {}) as Values).map(([key, inner]) => [plain(key), converted(inner)]),
      ]);
    else found.push([field.number, converted(value ?? otherwise)]);
  }
  return found.sort(([a], [b]) => a - b);
}

/** What a field that is not set is read as where no default is given. */
const zeroOf = (field: DescField): unknown =>
  field.enum !== undefined
    ? field.enum.values[0]?.number
    : field.scalar === 9 || field.scalar === 12
      ? ''
      : 0;

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (typeof value === 'string')
    return value === 'true' ? '1' : value === 'false' ? '0' : Buffer.from(value).toString('latin1');
  if (typeof value === 'boolean') return value ? '1' : '0';
  return value === undefined ? 'none' : String(value);
}

/** One message of the old side, as the new side reads it: why it breaks, or `null`. */
export function broken(
  [old, now]: readonly [FileRegistry, FileRegistry],
  random: Random,
  level: 'wire' | 'wire-json',
): string | null {
  const [before, after] = [old, now].map((registry) => registry.getMessage('p.M')) as [
    DescMessage,
    DescMessage,
  ];
  // What was taken away and reserved was announced.
  const kept = new Set(now.getEnum('p.E')?.values.map(({ number }) => number));
  const message = messageOf(before, random, kept);
  const bytes = toBinary(before, message);
  const hex = Buffer.from(bytes).toString('hex');
  const differs = (read: Message): boolean =>
    JSON.stringify(said(before, message, after)) !== JSON.stringify(said(after, read, before));
  try {
    const read = fromBinary(after, bytes);
    if (differs(read))
      return `${hex} is read as ${JSON.stringify(said(after, read, before))}, was ${JSON.stringify(said(before, message, after))}`;
    if (level === 'wire') return null;
    const json = toJson(before, message);
    if (differs(fromJson(after, json, { ignoreUnknownFields: true })))
      return `${JSON.stringify(json)} is read otherwise`;
    const again = Object.entries(toJson(after, read) as Values);
    const was = json as Values;
    const other = again.find(
      ([name, value]) =>
        JSON.stringify(value) !== JSON.stringify(was[name]) &&
        after.fields.some((field) => field.jsonName === name && field.message === undefined),
    );
    return other === undefined
      ? null
      : `${JSON.stringify(json)} is written as ${JSON.stringify(Object.fromEntries(again))}`;
  } catch (error) {
    return `${hex}: ${error instanceof Error ? error.message : error}`;
  }
}
