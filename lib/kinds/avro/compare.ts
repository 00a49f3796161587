import type { ValueComparison } from '../../compat/types.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { type Fault, type Message, type Model, meant, type NamedType, type Schema } from './model.ts';
import { modelOf, textsOf } from './read.ts';
import { levels, Report, type RuleName } from './report.ts';
import { Resolution, sameName } from './resolve.ts';
import { type Trail, Walk } from './walk.ts';
import { type Avsc, Witnesses } from './witness.ts';

/**
 * Is data that was written with the old schemas read with the new ones? By the schema resolution of the Avro specification. For
 * messages of a protocol, requests go from the old side to the new one, and responses the other way.
 */
export async function compareAvro(old: JsonValue, now: JsonValue): Promise<ValueComparison> {
  if (sameJson(old, now)) return { verdict: { verdict: 'equal' }, changes: [] };
  const [before, after] = await Promise.all([readModel(old), readModel(now)]);
  if ('faults' in before) return unknown('old', before.faults);
  if ('faults' in after) return unknown('new', after.faults);
  const avsc = await codec();
  try {
    return compareModels(before, after, avsc);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const verdict = { verdict: 'unknown' as const, reason: error.message, pointer: '' };
    return { verdict, changes: [] };
  }
}

export async function readModel(schema: JsonValue): Promise<Model | { faults: Fault[] }> {
  const texts = textsOf(schema);
  return texts === undefined || texts.size === 0 ? { faults: [] } : modelOf(texts);
}

/** Loads the codec that confirms what is found. */
export async function codec(): Promise<Avsc> {
  const { default: avsc } = await import('avsc');
  return avsc;
}

const unknown = (side: string, faults: readonly Fault[]): ValueComparison => {
  const [fault] = faults;
  const reason = fault === undefined ? 'it has no Avro schema' : `${fault.path}:${fault.line}: ${fault.why}`;
  return {
    verdict: { verdict: 'unknown', reason: `the ${side} version: ${reason}`, pointer: '' },
    changes: [],
  };
};

function compareModels(old: Model, now: Model, avsc: Avsc): ValueComparison {
  const report = new Report();
  const resolution = new Resolution(old, now);
  const witnesses = new Witnesses(avsc, resolution);
  const walk = new Walk(resolution, (rule, found, trail) =>
    report.add(rule, { ...found, witness: witnessOf(rule, witnesses, trail) }),
  );
  const pairs = pairsOf(old, now);
  for (const { w, r } of pairs.both) walk.types(w, r, nameOf(w), start(w, r));
  for (const w of pairs.gone)
    report.add('type-removed', {
      ...{ kind: 'removed', where: nameOf(w), old: w.pointer, reason: `${nameOf(w)} is no longer there` },
    });
  for (const r of pairs.fresh)
    report.add('type-added', {
      ...{ kind: 'added', where: nameOf(r), now: r.pointer, reason: `${nameOf(r)} was added` },
    });
  messages(report, old, now);
  return report.result();
}

export const start = (w: Schema, r: Schema): Trail => ({
  chosen: new Map(),
  fields: new Map(),
  root: [w, r],
});

export const witnessOf = (rule: RuleName, witnesses: Witnesses, trail: Trail): JsonValue | undefined =>
  levels[rule] === 'breaking' ? witnesses.of(trail) : undefined;

export const nameOf = (schema: Schema): string => {
  if ('name' in schema) return schema.name;
  const [, token = ''] = schema.pointer.split('/', 2);
  return token.replaceAll('~1', '/').replaceAll('~0', '~');
};

interface Pairs {
  both: { w: Schema; r: Schema }[];
  gone: Schema[];
  fresh: Schema[];
}

/** What is written on the one side, with what reads it on the other: by name, else by the file that it is alone in. */
function pairsOf(old: Model, now: Model): Pairs {
  const [before, after] = [topOf(old), topOf(now)];
  const [was] = before;
  const [is] = after;
  if (was !== undefined && is !== undefined && before.length === 1 && after.length === 1) {
    const named = isNamed(was) && isNamed(is) ? now.types.get(was.name) : undefined;
    if (named === undefined) return { both: [{ w: was, r: is }], gone: [], fresh: [] };
  }
  const both: Pairs['both'] = [];
  const gone: Schema[] = [];
  const met = new Set<Schema>();
  for (const w of before) {
    const r = isNamed(w) ? counterpart(now, w) : after.find((schema) => schema.pointer === w.pointer);
    if (r === undefined) gone.push(w);
    else {
      both.push({ w, r });
      met.add(r);
    }
  }
  const fresh = after.filter((r) => !met.has(r) && !(isNamed(r) && counterpart(old, r) !== undefined));
  return { both, gone, fresh };
}

/** What stands at the top of the files, each once. */
export const topOf = (model: Model): Schema[] => [
  ...new Set(model.roots.map(({ schema }) => meant(model, schema))),
];

export const isNamed = (schema: Schema): schema is NamedType =>
  schema.kind === 'record' || schema.kind === 'enum' || schema.kind === 'fixed';

/** The type that reads what is written as another: of its full name, else of its last name or an alias, where one alone has it. */
export function counterpart(reader: Model, written: NamedType): NamedType | undefined {
  const same = reader.types.get(written.name);
  if (same !== undefined) return same;
  const like = [...reader.types.values()].filter((type) => sameName(written, type));
  return like.length === 1 ? like[0] : undefined;
}

function messages(report: Report, old: Model, now: Model): void {
  const [there, back] = [new Resolution(old, now), new Resolution(now, old)];
  for (const message of old.messages.values()) {
    const next = now.messages.get(message.name);
    if (next === undefined) {
      const reason = `message '${message.name}' was removed`;
      report.add('message-removed', { kind: 'removed', where: message.name, old: message.pointer, reason });
      continue;
    }
    if (message.oneWay !== next.oneWay) {
      const reason = `message '${message.name}' is ${next.oneWay ? 'now' : 'no longer'} one-way`;
      const places = { where: message.name, old: message.pointer, now: next.pointer };
      report.add('message-one-way-changed', { kind: 'changed', ...places, reason });
    }
    const [asks, answers] = [
      new Walk(there, (rule, found) => report.add(rule, found)),
      new Walk(back, (rule, { old: w, now: r, ...found }) => report.add(rule, { ...found, old: r, now: w })),
    ];
    const [sent, taken] = [recordOf(message), recordOf(next)];
    asks.types(sent, taken, message.name, start(sent, taken));
    answers.types(
      next.response,
      message.response,
      `${message.name} response`,
      start(next.response, message.response),
    );
    answers.types(next.errors, message.errors, `${message.name} errors`, start(next.errors, message.errors));
  }
  for (const { name, pointer } of now.messages.values())
    if (!old.messages.has(name))
      report.add('message-added', {
        ...{ kind: 'added', where: name, now: pointer, reason: `message '${name}' was added` },
      });
}

/** The parameters of a message are sent as a record. */
export const recordOf = ({ name, request, pointer, path, line }: Message): Schema => ({
  ...{ kind: 'record', name, aliases: [], fields: request, pointer, written: {}, path, line },
});
