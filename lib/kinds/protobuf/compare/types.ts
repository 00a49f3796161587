import type { DescEnum, DescExtension, DescField, DescMessage } from '@bufbuild/protobuf';
import type { Comparison } from './report.ts';

/** `wire`: every value is read as the same one, and JSON has another form; `json`: it has the same form, too. */
export type TypeChange = 'same' | 'json' | 'wire' | 'breaking';

type Field = DescField | DescExtension;

/** The scalar types by their numbers in descriptors. */
const NAMES: Record<number, string> = {
  ...{
    1: 'double',
    2: 'float',
    3: 'int64',
    4: 'uint64',
    5: 'int32',
    6: 'fixed64',
    7: 'fixed32',
    8: 'bool',
    9: 'string',
  },
  ...{ 12: 'bytes', 13: 'uint32', 15: 'sfixed32', 16: 'sfixed64', 17: 'sint32', 18: 'sint64' },
};

/** Types whose every value is read as the same one by another type (Protocol Buffers, "Updating a message type"). */
const WIDER: Record<string, readonly string[]> = {
  bool: ['int32', 'uint32', 'int64', 'uint64'],
  int32: ['int64'],
  uint32: ['int64', 'uint64'],
  sint32: ['sint64'],
  string: ['bytes'],
  enum: ['int32', 'int64'],
};

/** One value of a field, or its key. */
interface Value {
  scalar?: number | undefined;
  enum?: DescEnum | undefined;
  message?: DescMessage | undefined;
  delimited?: boolean | undefined;
}

const single = (field: Field): Value => ({
  ...{ scalar: field.scalar, enum: field.enum, message: field.message },
  delimited: isDelimited(field),
});

/** Is a message written between two marks, as groups are, and not after its length? */
const isDelimited = (field: Field): boolean =>
  'delimitedEncoding' in field && field.delimitedEncoding === true;

/** What the change of a field's type means, its shape aside. */
export function typeChange(comparison: Comparison, was: Field, is: Field): TypeChange {
  const value = valueChange(comparison, single(was), single(is));
  if (was.fieldKind !== 'map' || is.fieldKind !== 'map') return value;
  const key = valueChange(comparison, { scalar: was.mapKey }, { scalar: is.mapKey });
  const order: TypeChange[] = ['same', 'json', 'wire', 'breaking'];
  return order[Math.max(order.indexOf(key), order.indexOf(value))] ?? 'breaking';
}

function valueChange(comparison: Comparison, was: Value, is: Value): TypeChange {
  if (was.message !== undefined || is.message !== undefined) {
    if (was.message === undefined || is.message === undefined) return 'breaking';
    const isSame = comparison.renamed(was.message.typeName) === is.message.typeName;
    return isSame && (was.delimited ?? false) === (is.delimited ?? false) ? 'same' : 'breaking';
  }
  if (was.enum !== undefined && is.enum !== undefined) return enumChange(comparison, was.enum, is.enum);
  if (was.enum === undefined && was.scalar === is.scalar) return 'same';
  const [from, to] = [wordOf(was), wordOf(is)];
  if (to === 'enum') return from === 'int32' && is.enum?.open === true ? 'wire' : 'breaking';
  return WIDER[from]?.includes(to) ? 'wire' : 'breaking';
}

const wordOf = ({ scalar, enum: type }: Value): string =>
  type === undefined ? (NAMES[scalar ?? 0] ?? '') : 'enum';

/** Another enum goes if it has all values of the old one. */
function enumChange(comparison: Comparison, was: DescEnum, is: DescEnum): TypeChange {
  if (comparison.renamed(was.typeName) === is.typeName) return 'same';
  if (was.values[0]?.number !== is.values[0]?.number) return 'breaking';
  const numbers = new Set(is.values.map(({ number }) => number));
  const hasAll = was.values.every(({ number }) => numbers.has(number));
  if (!is.open && (was.open || !hasAll)) return 'breaking';
  const names = new Map(is.values.map(({ name, number }) => [name, number]));
  return was.values.every(({ name, number }) => names.get(name) === number) ? 'json' : 'wire';
}

/** Does a field hold strings, or `bytes` where those count? */
export function isStringType(field: Field, orBytes = false): boolean {
  const isText = (scalar: number | undefined) => scalar === 9 || (orBytes && scalar === 12);
  return isText(field.scalar) || (field.fieldKind === 'map' && isText(field.mapKey));
}

/** A field's type as it is written, with full names. */
export function typeText(field: Field): string {
  const value = field.message?.typeName ?? field.enum?.typeName ?? NAMES[field.scalar ?? 0] ?? '';
  if (field.fieldKind === 'map') return `map<${NAMES[field.mapKey]}, ${value}>`;
  return isDelimited(field) ? `group ${value}` : value;
}
