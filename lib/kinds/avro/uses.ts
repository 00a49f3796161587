import type { ValueComparison } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Content } from '../types.ts';
import type { PlacedUse, UseAnswer } from '../uses.ts';
import { codec, isNamed, nameOf, readModel, recordOf, start, topOf, witnessOf } from './compare.ts';
import type { Model, NamedType, Schema } from './model.ts';
import { modelOf } from './read.ts';
import { type Found, levels, Report, type RuleName } from './report.ts';
import { Resolution, sameName } from './resolve.ts';
import { type Add, Walk } from './walk.ts';
import { Witnesses } from './witness.ts';

/** Is what is written with the contract's schemas read with the consumer's copy of them? What the copy does not have is not asked. */
export async function readWithCopy(content: JsonValue, copy: JsonValue): Promise<ValueComparison> {
  const [writer, reader] = await Promise.all([readModel(content), readModel(copy)]);
  const [fault] = [writer, reader].flatMap((side) => ('faults' in side ? side.faults : []));
  const unknown = (reason: string): ValueComparison => ({
    ...{ verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] },
  });
  if ('faults' in writer || 'faults' in reader)
    return unknown(
      fault === undefined ? 'it has no Avro schema' : `${fault.path}:${fault.line}: ${fault.why}`,
    );
  const report = new Report();
  const walked = await readAll(writer, reader, (rule, found) => report.add(rule, found));
  if (walked.paired.size === 0) return unknown('none of its types is one of the contract');
  const { verdict, changes } = report.result();
  return verdict.verdict === 'equal' ? { verdict: { verdict: 'compatible' }, changes } : { verdict, changes };
}

/** Is what is written with the contract's schemas read with the consumer's, type by type and field by field? */
export async function answers(schema: JsonValue, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const writer = await readModel(schema);
  const open = (why: string): UseAnswer[] => uses.map(() => ({ answer: 'unknown', why }));
  if ('faults' in writer) return open(writer.faults[0]?.why ?? 'the contract cannot be read');
  const reader = await readerOf(uses);
  if ('faults' in reader) return open(reader.faults[0]?.why ?? 'what is read is not known');
  const found: UseAnswer[] = uses.map(() => ({ answer: 'yes' }));
  const say = (rule: RuleName, { now, old, where, reason, witness }: Found): void => {
    const nth = useAt(uses, reader, now ?? old ?? '');
    const [use, before] = [uses[nth], found[nth]];
    if (use === undefined || before === undefined) return;
    const level = levels[rule];
    if (level === 'breaking') {
      const missing = {
        ...{ why: `reads ${use.use.subject}: ${reason}`, witness: witness ?? where, rule: `avro/${rule}` },
      };
      found[nth] = { answer: 'no', missing: [...(before.answer === 'no' ? before.missing : []), missing] };
    } else if (level === 'unknown' && before.answer === 'yes')
      found[nth] = { answer: 'unknown', why: reason };
  };
  const { paired, reached } = await readAll(writer, reader, say);
  for (const type of [...reader.types.values(), ...topOf(reader)]) {
    if (paired.has(type) || reached.has(type)) continue;
    const nth = useAt(uses, reader, type.pointer);
    if (found[nth] !== undefined) found[nth] = { answer: 'unknown', why: lacks(nameOf(type)) };
  }
  await messages(writer, uses, found);
  return found;
}

const lacks = (name: string): string => `the contract has no type '${name}'`;

/** What a change means for each use: only what was read before and is not any more. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [await answers(old.schema, uses), await answers(now.schema, uses)];
  return after.map((answer, nth): UseAnswer => {
    const { subject = '' } = uses[nth]?.use ?? {};
    const was = before[nth];
    if (answer.answer !== 'unknown' || answer.why !== lacks(subject)) return answer;
    // It belongs to another contract where this one never had it.
    if (was?.answer !== 'yes') return { answer: 'yes' };
    const why = `reads ${subject}, which is no longer written`;
    return { answer: 'no', missing: [{ why, witness: subject, rule: 'avro/type-removed' }] };
  });
}

/** Reads each type of the reader's side as its counterpart: what was paired, and what was reached from there. */
async function readAll(
  writer: Model,
  reader: Model,
  say: (rule: RuleName, found: Found) => void,
): Promise<{ paired: Set<Schema>; reached: Set<Schema> }> {
  const resolution = new Resolution(writer, reader);
  const witnesses = new Witnesses(await codec(), resolution);
  const add: Add = (rule, found, trail) =>
    say(rule, { ...found, witness: witnessOf(rule, witnesses, trail) });
  const walk = new Walk(resolution, add);
  const paired = new Set<Schema>();
  const tops = topOf(writer);
  for (const r of new Set<Schema>([...topOf(reader), ...reader.types.values()])) {
    const w = isNamed(r) ? writerOf(writer, r) : tops.find((top) => !isNamed(top));
    if (w === undefined) continue;
    paired.add(r);
    walk.types(w, r, nameOf(r), start(w, r));
  }
  return { paired, reached: new Set([...paired].flatMap((schema) => [...inside(reader, schema)])) };
}

/** The type that a reader's type reads: of its full name, else of its last name or an alias, where one alone has it. */
function writerOf(writer: Model, read: NamedType): NamedType | undefined {
  const same = writer.types.get(read.name);
  if (same !== undefined) return same;
  const like = [...writer.types.values()].filter((type) => sameName(type, read));
  return like.length === 1 ? like[0] : undefined;
}

/** Types that stand in a type, and in those. */
function inside(model: Model, from: Schema): Set<Schema> {
  const found = new Set<Schema>();
  const open: Schema[] = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const schema = next.kind === 'reference' ? (model.types.get(next.name) ?? next) : next;
    if (found.has(schema)) continue;
    found.add(schema);
    if (schema.kind === 'union') open.push(...schema.branches);
    else if (schema.kind === 'array' || schema.kind === 'map') open.push(schema.of);
    else if (schema.kind === 'record') open.push(...schema.fields.map(({ type }) => type));
  }
  return found;
}

/** The schemas that the uses are about, one file each. */
async function readerOf(uses: readonly PlacedUse[]): ReturnType<typeof modelOf> {
  const texts = new Map<string, string>();
  for (const [nth, { use }] of uses.entries()) {
    const { subject: name, is, aliases = [] } = use;
    const head = { ...logical(use), type: is ?? '', name, namespace: '', aliases };
    if (is === 'record') texts.set(`${nth}`, JSON.stringify({ ...head, fields: fieldsOf(uses, name) }));
    else if (is === 'fixed') texts.set(`${nth}`, JSON.stringify({ ...head, size: use.size ?? 0 }));
    else if (is === 'enum') {
      const otherwise = use.default === undefined ? {} : { default: use.default };
      texts.set(`${nth}`, JSON.stringify({ ...head, symbols: use.symbols ?? [], ...otherwise }));
    } else if (is === 'root') texts.set(`${nth}`, JSON.stringify(use.type ?? 'null'));
  }
  return modelOf(texts);
}

const logical = ({ logicalType, precision, scale }: JsonObject): JsonObject => ({
  ...(logicalType === undefined ? {} : { logicalType }),
  ...(precision === undefined ? {} : { precision }),
  ...(scale === undefined ? {} : { scale }),
});

const fieldsOf = (uses: readonly PlacedUse[], of: string): JsonObject[] =>
  uses.flatMap(({ use }) => (use.is === 'field' && use.of === of ? [use] : []));

/** The use that a pointer into `readerOf` is about: the field that it is in, or the type. */
function useAt(uses: readonly PlacedUse[], reader: Model, pointer: string): number {
  const [, nth = '', , at] = pointer.split('/');
  const type = [...reader.types.values()].find((candidate) => candidate.path === nth);
  const field = type?.kind === 'record' && at !== undefined ? type.fields[Number(at)] : undefined;
  if (field === undefined || type === undefined) return Number(nth);
  return uses.findIndex(({ use }) => use.is === 'field' && use.of === type.name && use.name === field.name);
}

/** A client sends its request to the contract's side, and reads what comes back. */
async function messages(contract: Model, uses: readonly PlacedUse[], found: UseAnswer[]): Promise<void> {
  const asked = uses.flatMap(({ use }, nth) => (use.is === 'message' ? [{ use, nth }] : []));
  if (asked.length === 0) return;
  const types = uses.filter(({ use }) => use.is !== 'message');
  for (const { use, nth } of asked) {
    const { subject } = use;
    const no = (rule: RuleName, reason: string): void => {
      const missing = { why: `sends ${subject}: ${reason}`, witness: subject, rule: `avro/${rule}` };
      found[nth] = { answer: 'no', missing: [missing] };
    };
    const theirs = contract.messages.get(subject);
    if (theirs === undefined) {
      no('message-removed', `the contract has no message '${subject}'`);
      continue;
    }
    const slash = subject.lastIndexOf('/');
    const protocol = {
      ...{ protocol: subject.slice(0, slash), types: [] },
      messages: {
        [subject.slice(slash + 1)]: {
          ...{ request: use.request ?? [], response: use.response ?? 'null', 'one-way': use.oneWay ?? false },
          errors: Array.isArray(use.errors) ? use.errors.filter((error) => error !== 'string') : [],
        },
      },
    };
    const own = await readerOfMessage(types, protocol);
    const ours = own?.messages.get(subject);
    if (own === undefined || ours === undefined) {
      found[nth] = { answer: 'unknown', why: 'the message cannot be read' };
      continue;
    }
    const add: Add = (rule, { reason }) => {
      if (levels[rule] === 'breaking') no(rule, reason);
    };
    const [sent, taken] = [recordOf(ours), recordOf(theirs)];
    new Walk(new Resolution(own, contract), add).types(sent, taken, subject, start(sent, taken));
    const back = new Walk(new Resolution(contract, own), add);
    back.types(theirs.response, ours.response, subject, start(theirs.response, ours.response));
    back.types(theirs.errors, ours.errors, subject, start(theirs.errors, ours.errors));
  }
}

async function readerOfMessage(
  types: readonly PlacedUse[],
  protocol: JsonObject,
): Promise<Model | undefined> {
  const model = await readerOf(types);
  if ('faults' in model) return undefined;
  const own = await modelOf(new Map([['message', JSON.stringify(protocol)]]));
  return 'faults' in own ? undefined : { ...model, messages: own.messages };
}
