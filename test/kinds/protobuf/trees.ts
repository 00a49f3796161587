/** Random `.proto` files and edits of them, for the test that has the codec as its judge. */

type Random = () => number;

interface Field {
  name: string;
  number: number;
  label: '' | 'optional' | 'required' | 'repeated';
  type: string;
  oneof: boolean;
  options: string[];
}

interface File {
  syntax: 'proto2' | 'proto3' | '2023';
  fields: Field[];
  inner: Field[];
  values: [name: string, number: number][];
  reserved: (string | number)[];
  reservedValues: (string | number)[];
}

const SCALARS = [
  ...['int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64', 'fixed32', 'fixed64', 'sfixed32', 'sfixed64'],
  ...['bool', 'string', 'bytes', 'double', 'float'],
];
const TYPES = [...SCALARS, 'E', 'N', 'map<string, int32>', 'map<int32, N>', 'map<bool, E>'];

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

function fieldOf(random: Random, number: number, syntax: File['syntax'], types: readonly string[]): Field {
  const type = pick(random, types);
  const labels: Field['label'][] =
    syntax === '2023'
      ? ['', 'repeated']
      : syntax === 'proto2'
        ? ['optional', 'optional', 'repeated']
        : ['', 'optional', 'repeated'];
  return {
    ...{ name: `field_${number}`, number, type, options: [] },
    label: type.startsWith('map') ? '' : pick(random, labels),
    oneof: false,
  };
}

/** A file of one message with a nested one and an enum. */
function fileOf(random: Random): File {
  const syntax = pick(random, ['proto2', 'proto3', '2023'] as const);
  const fields = Array.from({ length: 1 + Math.floor(random() * 5) }, (_, nth) =>
    fieldOf(random, nth + 1, syntax, TYPES),
  );
  for (const field of fields)
    if (!field.type.startsWith('map') && field.label !== 'repeated' && random() < 0.2) field.oneof = true;
  return {
    ...{ syntax, fields, inner: [fieldOf(random, 1, syntax, SCALARS), fieldOf(random, 2, syntax, SCALARS)] },
    values: [
      ['ZERO', 0],
      ['ONE', 1],
      ['TWO', 2],
    ],
    ...{ reserved: [90, 'gone'], reservedValues: [90, 'GONE'] },
  };
}

type Edit = (file: File, random: Random) => void;

const anyField = (file: File, random: Random): Field | undefined =>
  pick(random, random() < 0.7 ? file.fields : file.inner);

/** Types that many readers take for each other, so that not all pairs break. */
const NEAR: Record<string, string[]> = {
  ...{
    int32: ['int64', 'uint32', 'bool', 'E'],
    uint32: ['uint64', 'int64', 'int32'],
    int64: ['int32', 'uint64'],
    uint64: ['int64'],
  },
  ...{
    bool: ['int32', 'uint64'],
    E: ['int32', 'int64'],
    string: ['bytes'],
    bytes: ['string'],
    sint32: ['sint64'],
    sint64: ['sint32'],
  },
  ...{ fixed32: ['sfixed32'], fixed64: ['sfixed64'] },
};

const edits: readonly Edit[] = [
  (file, random) => {
    const field = anyField(file, random);
    if (field && !field.type.startsWith('map')) field.type = pick(random, NEAR[field.type] ?? SCALARS);
  },
  (file, random) => {
    const field = anyField(file, random);
    if (field) field.name = `${field.name}_new`;
  },
  (file, random) => {
    const at = Math.floor(random() * file.fields.length);
    const [field] = file.fields.splice(at, 1);
    if (field === undefined) return;
    if (random() < 0.8) file.reserved.push(field.number);
    if (random() < 0.8) file.reserved.push(field.name);
  },
  (file, random) =>
    void file.fields.push(fieldOf(random, 20 + Math.floor(random() * 20), file.syntax, TYPES)),
  (file, random) => {
    const field = anyField(file, random);
    if (!field || field.oneof || field.type.startsWith('map')) return;
    const labels: Field['label'][] =
      file.syntax === 'proto2'
        ? ['optional', 'required', 'repeated']
        : file.syntax === 'proto3'
          ? ['', 'optional', 'repeated']
          : ['', 'repeated'];
    field.label = pick(random, labels);
  },
  (file, random) => {
    const field = pick(random, file.fields);
    if (field && field.label !== 'repeated' && !field.type.startsWith('map')) field.oneof = !field.oneof;
  },
  (file, random) => {
    const field = anyField(file, random);
    if (field && field.options.length === 0) field.options.push(`json_name = "json${field.number}"`);
  },
  (file, random) => {
    const field = anyField(file, random);
    if (
      field?.label === 'repeated' &&
      !['string', 'bytes', 'N'].includes(field.type) &&
      file.syntax !== '2023' &&
      field.options.length === 0
    )
      field.options.push(`packed = ${random() < 0.5}`);
  },
  (file, random) => {
    const field = anyField(file, random);
    if (
      field?.label === 'optional' &&
      file.syntax === 'proto2' &&
      /int|fixed/.test(field.type) &&
      field.options.length === 0
    )
      field.options.push('default = 7');
  },
  (file, random) => {
    const [value] = file.values.splice(1 + Math.floor(random() * (file.values.length - 1)), 1);
    if (value === undefined) return;
    if (random() < 0.8) file.reservedValues.push(value[1]);
    if (random() < 0.8) file.reservedValues.push(value[0]);
  },
  (file) => void file.values.push(['MORE', 50]),
  (file, random) => {
    const value = pick(random, file.values);
    if (value) value[0] = `${value[0]}_NEW`;
  },
  (file) => void file.values.reverse(),
  (file, random) => {
    const syntax = pick(random, ['proto3', '2023', 'proto2'] as const);
    for (const field of [...file.fields, ...file.inner])
      if (!field.type.startsWith('map') && field.label !== 'repeated')
        field.label =
          syntax === '2023' ? '' : syntax === 'proto2' ? 'optional' : field.label === '' ? '' : 'optional';
    file.syntax = syntax;
  },
  (file) => void file.fields.reverse(),
  (file, random) => void file.reserved.splice(Math.floor(random() * file.reserved.length), 1),
];

/** An old file, and a new one that one to three edits made of it. */
export function pairOfFiles(random: Random): [old: string, now: string] {
  const old = fileOf(random);
  const now = structuredClone(old);
  const count = 1 + Math.floor(random() * 3);
  for (let nth = 0; nth < count; nth++) pick(random, edits)(now, random);
  return [textOf(old), textOf(now)];
}

function textOf({ syntax, fields, inner, values, reserved, reservedValues }: File): string {
  const head = syntax === '2023' ? 'edition = "2023";' : `syntax = "${syntax}";`;
  const line = ({ label, type, name, number, options, oneof }: Field): string =>
    `${oneof || label === '' ? '' : `${label} `}${type} ${name} = ${number}${options.length > 0 ? ` [${options.join(', ')}]` : ''};`;
  const kept = (all: readonly (string | number)[]): string => {
    const numbers = all.filter((item) => typeof item === 'number');
    const names = all
      .filter((item) => typeof item === 'string')
      .map((item) => (syntax === '2023' ? item : `"${item}"`));
    return [numbers, names]
      .flatMap((some) => (some.length > 0 ? [`reserved ${some.join(', ')};`] : []))
      .join(' ');
  };
  const chosen = fields.filter(({ oneof }) => oneof);
  return [
    ...[head, 'package p;', 'message M {'],
    ...fields.filter(({ oneof }) => !oneof).map(line),
    ...(chosen.length > 0 ? ['oneof one {', ...chosen.map(line), '}'] : []),
    ...[kept(reserved), '}', 'message N {', ...inner.map(line), '}'],
    ...['enum E {', ...values.map(([name, number]) => `${name} = ${number};`), kept(reservedValues), '}', ''],
  ].join('\n');
}
