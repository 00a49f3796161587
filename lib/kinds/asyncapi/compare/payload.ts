import type { Change, ValueComparison } from '../../../compat/types.ts';
import { atPointer, isObject, type JsonObject, type JsonValue } from '../../../json.ts';
import { closureOf } from '../closure.ts';
import type { Action, Interface } from '../interface.ts';
import type { Message } from '../message.ts';

/** The name under which a payload is handed to the comparison of another kind; pointers begin with it there. */
const FILE = { avro: 'payload.avsc', protobuf: 'payload.proto' } as const;

/** A payload that is not JSON Schema, by the kind that knows its language: the changes, with places in these documents. */
export async function compareForeign(
  action: Action,
  [was, is]: readonly [Message, Message],
  where: string,
  { old, now }: { old: Interface; now: Interface },
): Promise<Change[]> {
  const [before, after] = [writtenAt(old, was), writtenAt(now, is)];
  const isSame = closureOf(old.written, before.value) === closureOf(now.written, after.value);
  if (isSame && was.schemaFormat === is.schemaFormat) return [];
  if (was.format === 'avro') {
    const { compareAvro } = await import('../../avro/compare.ts');
    const [written, read] = action === 'send' ? [after, before] : [before, after];
    const found = await compareAvro(avroOf(written.value), avroOf(read.value));
    const changes = action === 'send' ? found.changes.map(turned) : found.changes;
    return changesOf({ ...found, changes }, { where, before, after });
  }
  if (was.format === 'protobuf' && typeof before.value === 'string' && typeof after.value === 'string') {
    const { compareProtobuf } = await import('../../protobuf/compare/index.ts');
    const tree = (text: JsonValue): JsonObject => ({ files: { [FILE.protobuf]: text } });
    return changesOf(await compareProtobuf(tree(before.value), tree(after.value)), { where, before, after });
  }
  if (isSame && was.format !== 'other') return [];
  const reason = `payloads of '${is.schemaFormat}' are not compared`;
  return [doubt('asyncapi/payload-format-unread', where, reason, { before, after })];
}

interface Written {
  value: JsonValue;
  pointer: string;
}

/** The payload as it was written, its reference followed. */
function writtenAt({ document, written }: Interface, { payload }: Message): Written {
  let { pointer } = payload;
  for (let hops = 0; hops < 32; hops++) {
    const value = atPointer(written, pointer);
    if (!isObject(value) || typeof value.$ref !== 'string')
      return { value: value ?? payload.node ?? null, pointer };
    pointer = document.follow(value.$ref, pointer).pointer;
  }
  return { value: null, pointer };
}

const avroOf = (value: JsonValue): JsonValue => ({ files: { [FILE.avro]: JSON.stringify(value) } });

/** A change from the new side to the old one, the other way round. */
function turned({ oldPointer, gone, ...change }: Change): Change {
  const old = gone ? undefined : change.pointer;
  const now = gone ? (oldPointer ?? change.pointer) : oldPointer;
  const kind = change.kind === 'added' ? 'removed' : change.kind === 'removed' ? 'added' : change.kind;
  return {
    ...{ ...change, kind, pointer: now ?? old ?? '' },
    ...(old === undefined ? {} : { oldPointer: old }),
    ...(now === undefined ? { gone: true as const } : {}),
  };
}

interface Placed {
  where: string;
  before: Written;
  after: Written;
}

/** The changes that another kind found, under its own rules, and what it says of the whole where it found none. */
function changesOf({ verdict, changes }: ValueComparison, { where, before, after }: Placed): Change[] {
  const at = (pointer: string, { pointer: from }: Written): string =>
    pointer === '' ? from : `${from}${pointer.replace(/^\/payload\.(?:avsc|proto)/, '')}`;
  const placed = changes.map((change) => ({
    ...change,
    where: `${where} → ${change.where ?? ''}`,
    pointer: at(change.pointer, change.gone ? before : after),
    ...(change.oldPointer === undefined ? {} : { oldPointer: at(change.oldPointer, before) }),
  }));
  const isSaid = placed.some(({ breaking }) => breaking);
  if (isSaid || verdict.verdict === 'equal' || verdict.verdict === 'compatible') return placed;
  return [...placed, doubt('asyncapi/unread', where, verdict.reason, { before, after })];
}

const doubt = (
  rule: string,
  where: string,
  reason: string,
  { before, after }: Omit<Placed, 'where'>,
): Change => ({
  ...{ kind: 'changed', pointer: after.pointer, oldPointer: before.pointer, subject: `${where}: ${reason}` },
  ...{ breaking: true, rule, level: 'unknown', where, reason },
});
