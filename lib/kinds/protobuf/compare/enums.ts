import type { Definition } from '../model/tree.ts';
import type { ProtoEnum } from '../parse/types.ts';
import { jsonFormat } from './features.ts';
import { optionChanges } from './options.ts';
import { holds } from './ranges.ts';
import type { Comparison, RuleName } from './report.ts';
import { reservedChanges } from './reserved.ts';

type EnumDefinition = Definition & { kind: 'enum' };

/** The values of an enum by number, aliases together. */
function byNumber({ values }: ProtoEnum): Map<number, ProtoEnum['values']> {
  const found = new Map<number, ProtoEnum['values']>();
  for (const value of values) found.set(value.number, [...(found.get(value.number) ?? []), value]);
  return found;
}

/** Two versions of an enum. */
export function compareEnums(comparison: Comparison, old: EnumDefinition, now: EnumDefinition): void {
  const [before, after] = [byNumber(old.of), byNumber(now.of)];
  for (const [number, values] of before) {
    const names = values.map(({ name }) => name);
    const [first = ''] = names;
    const same = after.get(number);
    const places = { where: `${old.name}.${first}`, old: `${old.pointer}/${first}` };
    if (same === undefined) {
      deleted(comparison, now, number, names, places);
      continue;
    }
    const at = `${now.pointer}/${same[0]?.name ?? ''}`;
    const gone = names.filter((name) => !same.some((other) => other.name === name));
    if (gone.length > 0)
      comparison.add('enum-value-same-name', {
        ...{ kind: 'changed', ...places, now: at },
        reason: `value ${number} of '${old.name}' was called '${gone.join("', '")}' and is now '${same.map(({ name }) => name).join("', '")}'`,
        witness: comparison.witnesses.ofEnumName(old.name, gone[0] ?? ''),
      });
    optionChanges(
      comparison,
      { ...places, now: at },
      values.flatMap(({ options }) => options),
      same.flatMap(({ options }) => options),
    );
  }
  const isOpen = comparison.old.enum(old.name)?.open ?? false;
  for (const [number, [value]] of after)
    if (!before.has(number) && value !== undefined)
      comparison.add('enum-value-added', {
        ...{ kind: 'added', where: `${now.name}.${value.name}`, now: `${now.pointer}/${value.name}` },
        // Who has a closed enum drops a value that it does not know, and reads the default.
        level: isOpen ? 'compatible' : 'unknown',
        reason: isOpen
          ? `value '${value.name}' was added to '${now.name}'`
          : `value '${value.name}' was added to '${now.name}', which is closed: who does not know it reads the default`,
      });
  compareWhole(comparison, old, now);
}

function deleted(
  comparison: Comparison,
  { name, of: now }: EnumDefinition,
  number: number,
  names: readonly string[],
  places: { where: string; old: string },
): void {
  const said = `value '${names.join("', '")}' = ${number} was removed`;
  const add = (rule: RuleName, reason: string, level?: 'unknown') =>
    comparison.add(rule, { kind: 'removed', ...places, reason, witness: { value: number }, level });
  if (comparison.level === 'source') {
    add('enum-value-no-delete', said);
    return;
  }
  const open = !holds(now.reserved.ranges, number);
  const free = names.filter((name) => !now.reserved.names.includes(name));
  if (open) add('enum-value-no-delete-unless-number-reserved', `${said}, and its number is not reserved`);
  if (free.length > 0 && comparison.level === 'wire-json')
    add('enum-value-no-delete-unless-name-reserved', `${said}, and its name is not reserved`);
  if (open || (free.length > 0 && comparison.level === 'wire-json')) return;
  // A closed enum drops what it does not list, and the field is read as the default.
  const isClosed = comparison.now.enum(name)?.open === false;
  const what = isClosed ? ': old data that has it is read as the default' : '';
  add('enum-value-no-delete', `${said}, and is reserved${what}`, isClosed ? 'unknown' : undefined);
}

function compareWhole(comparison: Comparison, old: EnumDefinition, now: EnumDefinition): void {
  const places = { where: old.name, old: old.pointer, now: now.pointer };
  const [was, is] = [comparison.old.enum(old.name), comparison.now.enum(now.name)];
  if (was !== undefined && is !== undefined && was.open !== is.open)
    comparison.add('enum-same-type', {
      ...{ kind: 'changed', ...places },
      reason: `'${old.name}' was ${was.open ? 'open' : 'closed'} and is ${is.open ? 'open' : 'closed'}`,
      // Values that are not listed could be read, and are dropped now.
      ...(was.open ? { level: 'breaking', witness: comparison.witnesses.ofEnumNumber(old.name) } : {}),
    });
  const [first, other] = [old.of.values[0], now.of.values[0]];
  if (first !== undefined && other !== undefined && first.number !== other.number)
    comparison.add('enum-same-default', {
      ...{
        kind: 'changed',
        ...places,
        old: `${old.pointer}/${first.name}`,
        now: `${now.pointer}/${other.name}`,
      },
      reason: `a field of type '${old.name}' that is not set was read as '${first.name}' and is read as '${other.name}'`,
    });
  if (jsonFormat(old.file, [], old.of) === 'ALLOW' && jsonFormat(now.file, [], now.of) !== 'ALLOW')
    comparison.add('enum-same-json-format', {
      ...{ kind: 'changed', ...places, reason: `the JSON format of '${old.name}' is no longer checked` },
    });
  reservedChanges(comparison, 'reserved-enum-no-delete', places, old.of.reserved, now.of.reserved);
}
