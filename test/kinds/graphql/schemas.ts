import type { Random } from '../../helpers/generated/random.ts';

/** A schema as lists, to be edited and printed. */
export interface Model {
  types: Type[];
  /** `directive @mark(a: Int) on FIELD`, without the name's `@`. */
  directives: { name: string; args: Field[]; repeatable: boolean; places: string[] }[];
}
export interface Type {
  kind: 'type' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';
  name: string;
  fields: Field[];
  /** Interfaces of an object or interface, members of a union, values of an enum. */
  names: string[];
}
interface Field {
  name: string;
  type: string;
  args: Field[];
  initial?: string | undefined;
}

const field = (name: string, type: string, args: Field[] = [], initial?: string): Field => ({
  ...{ name, type, args, initial },
});
const wrapped = (name: string, random: Random): string =>
  random.pick([name, name, name, `${name}!`, `[${name}]`, `[${name}!]!`]);
const leaves = ['Int', 'String', 'E', 'F', 'S'];
const outputs = ['A', 'B', 'C', 'I', 'J', 'U', ...leaves];
const inputs = ['Int', 'String', 'E', 'In'];

/** Each kind of type, tied together in some way. */
export function schemaFrom(random: Random): Model {
  const own = (): Field[] =>
    ['a', 'b', 'c', 'd']
      .filter(() => random.chance(0.7))
      .map((name) => field(name, wrapped(random.pick(outputs), random), args(random)));
  const shared = [field('id', wrapped('String', random)), field('v', wrapped(random.pick(leaves), random))];
  const copies = (): Field[] => shared.map((inherited) => ({ ...inherited, args: [] }));
  const object = (name: string, names: string[]): Type => ({
    ...{ kind: 'type', name, names, fields: [...copies(), ...own()] },
  });
  const some = (names: string[]): string[] => names.filter(() => random.chance(0.6));
  return {
    types: [
      {
        kind: 'type',
        name: 'Query',
        names: [],
        fields: [field('q', random.pick(['A', 'I', 'U', 'J'])), ...own()],
      },
      ...(random.chance(0.5) ? [{ ...object('Mutation', []), fields: own() }] : []),
      ...['A', 'B', 'C'].map((name) => object(name, some(['I', 'J']))),
      { kind: 'interface', name: 'I', names: [], fields: copies() },
      { kind: 'interface', name: 'J', names: [], fields: copies().slice(0, 1) },
      { kind: 'union', name: 'U', names: ['A', ...some(['B', 'C'])], fields: [] },
      ...['E', 'F'].map((name): Type => ({ kind: 'enum', name, names: ['X', 'Y'], fields: [] })),
      { kind: 'scalar', name: 'S', names: [], fields: [] },
      {
        ...{ kind: 'input', name: 'In', names: [] },
        fields: [
          field('x', wrapped('Int', random)),
          field('e', random.pick(['E', 'E!', '[E]'])),
          field('n', 'In'),
        ],
      },
    ],
    directives: [
      {
        name: 'mark',
        args: args(random),
        repeatable: random.chance(0.5),
        places: ['FIELD', 'INLINE_FRAGMENT'],
      },
    ],
  };
}

function args(random: Random): Field[] {
  return ['p', 'r']
    .filter(() => random.chance(0.25))
    .map((name) => {
      const type = wrapped(random.pick(inputs), random);
      return field(name, type, [], random.chance(0.3) ? initialOf(type, random) : undefined);
    });
}

function initialOf(type: string, random: Random): string | undefined {
  if (type.startsWith('[')) return '[]';
  const name = type.replace('!', '');
  return { Int: random.pick(['1', '2']), String: '"s"', E: random.pick(['X', 'Y']) }[name];
}

/** The schema with a few edits, as people make them. */
export function edited(model: Model, random: Random): Model {
  const copy = structuredClone(model);
  const times = 1 + random.below(3);
  for (let nth = 0; nth < times; nth++) edit(copy, random);
  return copy;
}

function edit(model: Model, random: Random): void {
  const type = random.pick(model.types);
  const chosen = type.fields.length > 0 ? random.pick(type.fields) : undefined;
  const everywhere = (name: string): Field[] =>
    model.types
      .filter(({ kind }) => kind !== 'input')
      .flatMap(({ fields }) => fields.filter((f) => f.name === name));
  const isInput = type.kind === 'input';
  const edits: (() => void)[] = [
    () => type.fields.splice(random.below(type.fields.length + 1), 1),
    () => {
      const other = wrapped(random.pick(isInput ? inputs : outputs), random);
      const initial = isInput && random.chance(0.5) ? initialOf(other, random) : undefined;
      if (chosen)
        type.fields.push(field(random.pick(['e', 'f', 'g']), other, isInput ? [] : args(random), initial));
    },
    () => {
      if (chosen) chosen.type = rewrapped(chosen.type, random);
    },
    () => {
      // As one does who tightens a field of an interface.
      for (const same of chosen && !isInput ? everywhere(chosen.name) : [])
        same.type = chosen?.type.endsWith('!') ? chosen.type : `${same.type.replace(/!$/, '')}!`;
    },
    () => {
      if (chosen) chosen.type = wrapped(random.pick(isInput ? inputs : outputs), random);
    },
    () => {
      if (chosen && !isInput)
        chosen.args = random.chance(0.5) ? args(random) : [...chosen.args, ...args(random)];
    },
    () => {
      const argument = chosen?.args[0] ?? (isInput ? chosen : undefined);
      if (argument) argument.type = rewrapped(argument.type, random);
    },
    () => {
      const argument = chosen?.args[0] ?? (isInput ? chosen : undefined);
      if (argument) argument.initial = initialOf(argument.type, random);
    },
    () => type.names.splice(random.below(type.names.length + 1), 1),
    () => {
      const more = { enum: ['Z'], union: ['B', 'C', 'D'], type: ['I', 'J'], interface: ['J'] }[
        type.kind as 'enum'
      ];
      const name = more && random.pick(more);
      if (name && !type.names.includes(name)) type.names.push(name);
    },
    () => {
      if (type.name !== 'Query') model.types.splice(model.types.indexOf(type), 1);
    },
    () => {
      const fields = [field('id', 'String!'), field('v', wrapped(random.pick(leaves), random))];
      model.types.push({ kind: 'type', name: 'D', names: random.chance(0.5) ? ['I'] : [], fields });
    },
    () => {
      const [directive] = model.directives;
      if (directive)
        Object.assign(
          directive,
          random.pick([
            { repeatable: !directive.repeatable },
            { args: args(random) },
            { places: ['FIELD'] },
            { places: ['OBJECT'] },
          ]),
        );
    },
  ];
  random.pick(edits)();
}

/** Nullable or not, a list or not. */
const rewrapped = (type: string, random: Random): string =>
  random.pick([`${type.replace(/!$/, '')}!`, type.replace(/!$/, ''), type.replace(/!\]/, ']'), `[${type}]`]);

/** The schema as SDL. */
export function printed({ types, directives }: Model): string {
  const list = (fields: Field[]): string =>
    fields
      .map(
        ({ name, type, args, initial }) =>
          `${name}${args.length > 0 ? `(${list(args)})` : ''}: ${type}${initial === undefined ? '' : ` = ${initial}`}`,
      )
      .join(' ');
  const written = types.map(({ kind, name, names, fields }) => {
    if (kind === 'scalar') return `scalar ${name}`;
    if (kind === 'union') return `union ${name} = ${names.join(' | ')}`;
    if (kind === 'enum') return `enum ${name} { ${names.join(' ')} }`;
    return `${kind} ${name}${names.length > 0 ? ` implements ${names.join(' & ')}` : ''} { ${list(fields)} }`;
  });
  const marks = directives.map(
    ({ name, args, repeatable, places }) =>
      `directive @${name}${args.length > 0 ? `(${list(args)})` : ''}${repeatable ? ' repeatable' : ''} on ${places.join(' | ')}`,
  );
  return [...written, ...marks].join('\n');
}
