import type { DescField } from '@bufbuild/protobuf';
import type { Model } from '../model/model.ts';
import { optionOf } from '../model/options.ts';
import type { Definition } from '../model/tree.ts';
import type { ProtoMessage } from '../parse/types.ts';
import { jsonFormat } from './features.ts';
import { compareFields, type FieldSide } from './fields.ts';
import { optionChanges } from './options.ts';
import { holds, lacking, rangesText } from './ranges.ts';
import type { Comparison } from './report.ts';
import { reservedChanges } from './reserved.ts';

type MessageDefinition = Definition & { kind: 'message' };

/** Two versions of a message. */
export function compareMessages(
  comparison: Comparison,
  old: MessageDefinition,
  now: MessageDefinition,
): void {
  const places = { where: old.name, old: old.pointer, now: now.pointer };
  const [before, after] = [fieldsOf(comparison.old, old), fieldsOf(comparison.now, now)];
  for (const [number, was] of before) {
    const is = after.get(number);
    if (is === undefined) deleted(comparison, old, now, was);
    else compareFields(comparison, was, is);
  }
  for (const [number, { written, pointer }] of after) {
    if (before.has(number)) continue;
    const isRequired = written.label === 'required' || isRequiredFeature(comparison.now, now, number);
    const where = `${now.name}.${written.name}`;
    comparison.add(isRequired ? 'message-same-required-fields' : 'field-added', {
      ...{ kind: 'added', where, now: pointer },
      reason: `${isRequired ? 'required ' : ''}field '${written.name}' = ${number} was added to '${now.name}'`,
      witness: isRequired ? comparison.witnesses.empty(old.name) : undefined,
    });
  }
  oneofs(comparison, old, now);
  whole(comparison, old, now, places);
  reservedChanges(comparison, 'reserved-message-no-delete', places, old.of.reserved, now.of.reserved);
  extensionRanges(comparison, old.of, now.of, places);
}

/** The fields of a message by number, as they are written and as they are meant. */
function fieldsOf(model: Model, { name, pointer, of, file }: MessageDefinition): Map<number, FieldSide> {
  const meant = new Map<number, DescField>(model.message(name)?.fields.map((field) => [field.number, field]));
  const around = messagesAround(model, name);
  return new Map(
    of.fields.flatMap((written) => {
      const field = meant.get(written.number);
      const side = { written, field, file, around, owner: name, pointer: `${pointer}/${written.name}` };
      return field === undefined ? [] : [[written.number, side as FieldSide] as const];
    }),
  );
}

/** A message and those that it is nested in, the innermost first. */
function messagesAround({ tree }: Model, name: string): ProtoMessage[] {
  const found: ProtoMessage[] = [];
  for (let at = tree.definitions.get(name); at?.kind === 'message'; at = tree.definitions.get(at.scope))
    found.push(at.of);
  return found;
}

const isRequiredFeature = (model: Model, { name }: Definition, number: number): boolean =>
  model.message(name)?.fields.find((field) => field.number === number)?.presence === 3;

function deleted(
  comparison: Comparison,
  old: MessageDefinition,
  now: MessageDefinition,
  was: FieldSide,
): void {
  const { written, pointer } = was;
  const { name, number } = written;
  const moved = now.of.fields.find((field) => field.name === name);
  const said =
    moved === undefined
      ? `field '${name}' = ${number} was removed from '${old.name}'`
      : `field '${name}' of '${old.name}' has the number ${moved.number} and had ${number}`;
  const add = (rule: Parameters<Comparison['add']>[0], reason: string, level?: 'breaking') =>
    comparison.add(rule, {
      ...{ kind: 'removed', where: `${old.name}.${name}`, old: pointer, reason, level },
      witness: comparison.witnesses.ofField(was, undefined),
    });
  const openNumber = !holds(now.of.reserved.ranges, number);
  const openName = !now.of.reserved.names.includes(name);
  if (comparison.level === 'source') add('field-no-delete', said);
  else if (openNumber || (openName && comparison.level === 'wire-json')) {
    if (openNumber) add('field-no-delete-unless-number-reserved', `${said}, and its number is not reserved`);
    if (openName && comparison.level === 'wire-json')
      add('field-no-delete-unless-name-reserved', `${said}, and its name is not reserved`);
  } else if (was.field.presence === 3) add('message-same-required-fields', `required ${said}`, 'breaking');
  else add('field-no-delete', `${said}, and is reserved`);
}

/** A oneof that is gone or new; what happens to its fields is reported of them. */
function oneofs(comparison: Comparison, old: MessageDefinition, now: MessageDefinition): void {
  const [before, after] = [old.of.oneofs, now.of.oneofs];
  for (const { name } of before)
    if (!after.some((named) => named.name === name))
      comparison.add('oneof-no-delete', {
        ...{ kind: 'removed', where: `${old.name}.${name}`, old: `${old.pointer}/${name}` },
        reason: `oneof '${name}' was removed from '${old.name}'`,
      });
  for (const { name } of after)
    if (!before.some((named) => named.name === name))
      comparison.add('oneof-added', {
        ...{ kind: 'added', where: `${now.name}.${name}`, now: `${now.pointer}/${name}` },
        reason: `oneof '${name}' was added to '${now.name}'`,
      });
  for (const named of before) {
    const same = after.find(({ name }) => name === named.name);
    const places = {
      where: `${old.name}.${named.name}`,
      old: `${old.pointer}/${named.name}`,
      now: `${now.pointer}/${named.name}`,
    };
    if (same !== undefined) optionChanges(comparison, places, named.options, same.options);
  }
}

type Places = { where: string; old: string; now: string };

function whole(comparison: Comparison, old: MessageDefinition, now: MessageDefinition, places: Places): void {
  const isSet = ({ of }: MessageDefinition, option: string): boolean => optionOf(of.options, option) === true;
  const [set, accessor] = ['message_set_wire_format', 'no_standard_descriptor_accessor'] as const;
  if (isSet(old, set) !== isSet(now, set))
    comparison.add('message-same-message-set-wire-format', {
      ...{
        kind: 'changed',
        ...places,
        reason: `'${old.name}' is ${isSet(now, set) ? 'now' : 'no longer'} a message set`,
      },
    });
  if (isSet(old, accessor) !== isSet(now, accessor))
    comparison.add('message-no-remove-standard-descriptor-accessor', {
      ...{ kind: 'changed', ...places, reason: `option '${accessor}' of '${old.name}' changed` },
    });
  const format = (model: Model, { name, file, of }: MessageDefinition) =>
    jsonFormat(file, messagesAround(model, name).slice(1), of);
  if (format(comparison.old, old) === 'ALLOW' && format(comparison.now, now) !== 'ALLOW')
    comparison.add('message-same-json-format', {
      ...{ kind: 'changed', ...places, reason: `the JSON format of '${old.name}' is no longer checked` },
    });
}

function extensionRanges(comparison: Comparison, old: ProtoMessage, now: ProtoMessage, places: Places): void {
  const gone = lacking(old.extensions, now.extensions);
  if (gone.length > 0)
    comparison.add('extension-message-no-delete', {
      ...{ kind: 'changed', ...places },
      reason: `'${places.where}' no longer has room for extensions ${rangesText(gone)}`,
    });
  const added = lacking(now.extensions, old.extensions);
  if (added.length > 0)
    comparison.add('extension-range-added', {
      ...{
        kind: 'changed',
        ...places,
        reason: `'${places.where}' has room for extensions ${rangesText(added)}`,
      },
    });
}
