import type { DescExtension, DescField } from '@bufbuild/protobuf';
import type { Change } from '../../../compat/types.ts';
import { optionOf } from '../model/options.ts';
import type { ProtoField, ProtoFile, ProtoMessage } from '../parse/types.ts';
import { cppString, javaUtf8 } from './features.ts';
import { optionChanges } from './options.ts';
import type { Comparison, Found, RuleName } from './report.ts';
import { isStringType, typeChange, typeText } from './types.ts';

/** A field of one side: as it is written, and as it is meant. */
export interface FieldSide {
  written: ProtoField;
  field: DescField | DescExtension;
  file: ProtoFile;
  /** The messages around it, the innermost first. */
  around: readonly ProtoMessage[];
  /** The full name of its message. */
  owner: string;
  pointer: string;
}

/** The number in descriptors of a field that must be set. */
const REQUIRED = 3;
const IMPLICIT = 2;

/** Two versions of the field of one number. */
export function compareFields(comparison: Comparison, was: FieldSide, is: FieldSide): void {
  const name = `${was.owner}.${was.written.name}`;
  const places = { where: name, old: was.pointer, now: is.pointer };
  const changed = (rule: RuleName, reason: string, more: Partial<Found> = {}): void =>
    comparison.add(rule, { kind: 'changed', ...places, reason, ...more });
  const witness = (): Change['witness'] | undefined => comparison.witnesses.ofField(was, is);

  const hasOtherShape = cardinality(comparison, was, is, changed, witness);
  const type = typeChange(comparison, was.field, is.field);
  if (type !== 'same' && !hasOtherShape) {
    const level = comparison.level;
    const rule: RuleName =
      type === 'wire' && level === 'wire-json'
        ? 'field-wire-json-compatible-type'
        : type === 'breaking' && level !== 'source'
          ? `field-${level}-compatible-type`
          : 'field-same-type';
    const reason = `the type of '${name}' changed from ${typeText(was.field)} to ${typeText(is.field)}`;
    changed(rule, reason, { witness: witness() });
  }
  if (type === 'same' && !hasOtherShape) sameTypes(was, is, name, changed, witness);
  names(was, is, name, changed, witness);
  oneof(was, is, name, changed, witness);
  optionChanges(comparison, places, was.written.options, is.written.options);
}

type Changed = (rule: RuleName, reason: string, more?: Partial<Found>) => void;
type WitnessOf = () => Change['witness'] | undefined;

const shapeOf = ({ field }: FieldSide): 'map' | 'list' | 'single' =>
  field.fieldKind === 'map' ? 'map' : field.fieldKind === 'list' ? 'list' : 'single';

const SHAPES = { map: 'a map', list: 'repeated', single: 'a single value' } as const;

/** How often a field may stand in a message; true where one value became several, so that its type says nothing. */
function cardinality(
  { level }: Comparison,
  was: FieldSide,
  is: FieldSide,
  changed: Changed,
  witness: WitnessOf,
): boolean {
  const name = `${was.owner}.${was.written.name}`;
  const [from, to] = [shapeOf(was), shapeOf(is)];
  if (from !== to) {
    const rule: RuleName =
      level === 'source' ? 'field-same-cardinality' : `field-${level}-compatible-cardinality`;
    changed(rule, `'${name}' was ${SHAPES[from]} and is ${SHAPES[to]}`, { witness: witness() });
    return true;
  }
  const [before, after] = [was.field.presence, is.field.presence];
  if (before === after || from !== 'single') return false;
  if (before === REQUIRED || after === REQUIRED) {
    const reason = `'${name}' is ${after === REQUIRED ? 'now' : 'no longer'} required`;
    changed(level === 'source' ? 'field-same-cardinality' : 'message-same-required-fields', reason, {
      level: 'breaking',
    });
    return false;
  }
  const words = after === IMPLICIT ? 'no longer says' : 'now says';
  const reason = `'${name}' ${words} whether it was set`;
  if (level === 'source') changed('field-same-cardinality', reason);
  else changed('field-presence-changed', reason, { level: after === IMPLICIT ? 'unknown' : 'compatible' });
  return false;
}

/** What else is different about a field whose type is the same. */
function sameTypes(was: FieldSide, is: FieldSide, name: string, changed: Changed, witness: WitnessOf): void {
  const [before, after] = [was, is].map(defaultOf) as [string, string];
  if (before !== after)
    changed('field-same-default', `the default of '${name}' changed from ${before} to ${after}`, {
      witness: witness(),
    });
  if (isStringType(was.field)) {
    const [checked, checks] = [was.field.utf8Validation, is.field.utf8Validation];
    if (checked !== checks)
      changed('field-same-utf8-validation', `'${name}' ${checks ? 'must be' : 'need not be'} valid UTF-8`, {
        ...(checks ? { level: 'breaking', witness: witness() } : {}),
      });
    const inner = ({ written, around }: FieldSide) => [written, ...around];
    const [java, isJava] = [javaUtf8(was.file, inner(was)), javaUtf8(is.file, inner(is))];
    if (java !== isJava)
      changed(
        'field-same-java-utf8-validation',
        `how Java checks '${name}' changed from ${java} to ${isJava}`,
      );
  }
  if (isStringType(was.field, true)) {
    const inner = ({ written, around }: FieldSide) => [written, ...around];
    const [cpp, isCpp] = [cppString(was.file, inner(was)), cppString(is.file, inner(is))];
    if (cpp !== isCpp)
      changed('field-same-cpp-string-type', `the type of '${name}' in C++ changed from ${cpp} to ${isCpp}`);
  }
  const type = ({ written }: FieldSide): string => String(optionOf(written.options, 'jstype') ?? 'JS_NORMAL');
  if (type(was) !== type(is))
    changed(
      'field-same-jstype',
      `the type of '${name}' in JavaScript changed from ${type(was)} to ${type(is)}`,
    );
  if (was.field.fieldKind === 'list' && is.field.fieldKind === 'list' && was.field.packed !== is.field.packed)
    changed(
      'field-packed-changed',
      `'${name}' is ${is.field.packed ? 'now' : 'no longer'} packed: readers accept both`,
    );
}

/** What a field that is not set is read as, where the file says so; else the type's own default. */
function defaultOf({ written, field }: FieldSide): string {
  const given = optionOf(written.options, 'default');
  if (field.fieldKind !== 'scalar' && field.fieldKind !== 'enum') return '';
  if (given === undefined)
    return field.fieldKind === 'enum' ? 'the first value' : words(field.getDefaultValue());
  if (field.fieldKind === 'enum') {
    const value = field.enum.values.find((declared) => declared.name === given);
    return value === undefined || value === field.enum.values[0] ? 'the first value' : `${value.number}`;
  }
  return words(field.getDefaultValue());
}

const words = (value: unknown): string =>
  value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : Object.is(value, -0)
      ? '-0'
      : String(value);

function names(was: FieldSide, is: FieldSide, name: string, changed: Changed, witness: WitnessOf): void {
  const [before, after] = [was.field.name, is.field.name];
  if (before !== after)
    changed(
      'field-same-name',
      `field ${was.written.number} of '${was.owner}' was called '${before}' and is called '${after}'`,
      {
        witness: witness(),
      },
    );
  const isOwn = [was, is].some(({ written }) => optionOf(written.options, 'json_name') !== undefined);
  if (was.field.jsonName !== is.field.jsonName && (before === after || isOwn))
    changed(
      'field-same-json-name',
      `'${name}' was called '${was.field.jsonName}' in JSON and is called '${is.field.jsonName}'`,
      {
        witness: witness(),
      },
    );
}

/** A field that is set takes the other fields of its oneof away. */
function oneof(was: FieldSide, is: FieldSide, name: string, changed: Changed, witness: WitnessOf): void {
  const [before, after] = [was.field.oneof, is.field.oneof];
  if (before === undefined && after === undefined) return;
  if (before !== undefined && after !== undefined) {
    if (before.name === after.name) return;
    const numbers = (fields: readonly DescField[]): string =>
      String(fields.map(({ number }) => number).sort((a, b) => a - b));
    const onlyName = numbers(before.fields) === numbers(after.fields);
    const reason = `'${name}' was in oneof '${before.name}' and is in '${after.name}'`;
    changed('field-same-oneof', reason, onlyName ? sourceOnly : { witness: witness() });
    return;
  }
  changed(
    'field-same-oneof',
    before === undefined
      ? `'${name}' was moved into oneof '${after?.name}'`
      : `'${name}' was moved out of oneof '${before.name}'`,
    { witness: witness() },
  );
}

/** Another name of a oneof concerns generated code alone, where its removal is reported. */
const sourceOnly: Partial<Found> = { level: 'compatible' };
