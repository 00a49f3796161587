import { judged } from '../../compat/differences/order.ts';
import { shown } from '../../compat/shown.ts';
import type { Change, ChangeLevel, ValueComparison } from '../../compat/types.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { type Input, type Interface, interfaceOf, type Named } from './interface.ts';

/**
 * Can everybody who calls the old workflow, action or component call the new one in the same way? Both sides as a contract has
 * them, or as documents. What jobs and steps do is not part of it, except what they must be permitted.
 */
export function compareWorkflows(old: JsonValue, now: JsonValue): ValueComparison {
  const [before, after] = [interfaceOf(old), interfaceOf(now)];
  if (typeof before === 'string') return unknown(`the old version: ${before}`);
  if (typeof after === 'string') return unknown(`the new version: ${after}`);
  return judged(changesOf(before, after));
}

const unknown = (reason: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer: '' },
  changes: [],
});

/** Every change between two interfaces, in the order of what they declare. */
export function changesOf(before: Interface, after: Interface): Change[] {
  if (before.form !== after.form) return [formChanged(before, after)];
  return [
    ...movedOf(before, after),
    ...paired(before.inputs, after.inputs, keyOf(before)).flatMap((pair) => inputChanges(pair, before)),
    ...paired(before.secrets, after.secrets, keyOf(before)).flatMap(secretChanges),
    ...paired(before.outputs, after.outputs, keyOf(before)).flatMap(outputChanges),
    ...permissionChanges(before, after),
    ...runtimeChanges(before, after),
  ];
}

/** GitHub does not tell capital letters from small ones in names; GitLab does. */
export const keyOf =
  ({ form }: Pick<Interface, 'form'>) =>
  (name: string): string =>
    form === 'component' ? name : name.toLowerCase();

interface Pair<T> {
  old?: T;
  now?: T;
}

function paired<T extends Named>(old: readonly T[], now: readonly T[], key: (name: string) => string) {
  const pairs = new Map<string, Pair<T>>();
  for (const named of old) pairs.set(key(named.name), { old: named });
  for (const named of now) pairs.set(key(named.name), { ...pairs.get(key(named.name)), now: named });
  return [...pairs.values()];
}

interface Said {
  rule: string;
  level: ChangeLevel;
  where: string;
  reason: string;
  old?: Named | undefined;
  now?: Named | undefined;
  subject?: JsonValue;
  before?: JsonValue;
  witness?: JsonValue;
}

function change({ rule, level, where, reason, old, now, subject = where, before, witness }: Said): Change {
  const kind = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
  return {
    kind: level === 'none' ? 'described' : kind,
    pointer: now?.pointer ?? old?.pointer ?? '',
    ...(old === undefined || now === undefined ? {} : { oldPointer: old.pointer }),
    ...(now === undefined ? { gone: true as const } : {}),
    subject,
    ...(before === undefined ? {} : { before }),
    ...{ breaking: level === 'breaking' || level === 'unknown', rule: `workflow/${rule}`, level, where },
    ...(witness === undefined ? {} : { witness }),
    reason,
  };
}

function formChanged(before: Interface, after: Interface): Change {
  const root = { name: '', pointer: '' };
  const reason = `${before.form} became ${after.form}`;
  return change({
    ...{ rule: 'form-changed', level: 'breaking', where: before.path || `the ${before.form}` },
    ...{ reason, old: root, now: root, witness: `uses: ${before.path || before.form}` },
  });
}

function movedOf({ path: old }: Interface, { path: now }: Interface): Change[] {
  if (old === now || old === '' || now === '') return [];
  const root = { name: '', pointer: '' };
  const reason = `'${old}' is now '${now}'`;
  return [
    change({
      ...{ rule: 'moved', level: 'breaking', where: old, reason, old: root, now: root },
      ...{ witness: `uses: ${old}`, subject: now, before: old },
    }),
  ];
}

function inputChanges({ old, now }: Pair<Input>, { form }: Interface): Change[] {
  const where = `input '${old?.name ?? now?.name ?? ''}'`;
  const about = { where, old, now };
  if (old === undefined && now !== undefined)
    return [
      now.required
        ? change({
            ...{
              ...about,
              rule: 'required-input-added',
              level: 'breaking',
              witness: `with no '${now.name}'`,
            },
            reason: 'callers that do not pass it are refused',
          })
        : change({ ...about, rule: 'input-added', level: 'compatible', reason: 'it may be omitted' }),
    ];
  if (old === undefined) return [];
  if (now === undefined)
    return [
      change({
        ...{
          ...about,
          rule: 'input-removed',
          level: 'breaking',
          reason: 'callers pass an input that is not declared',
        },
        witness: { [old.name]: exampleOf(old) },
      }),
    ];
  return [
    ...typeChanges(old, now, form, where),
    ...requiredChanges(old, now, where),
    ...optionChanges(old, now, where),
    ...patternChanges(old, now, where),
    ...(old.deprecated === now.deprecated
      ? []
      : [
          change({
            ...{ ...about, rule: 'deprecation-changed', level: 'none' },
            reason: now.deprecated ? 'it is deprecated' : 'it is no longer deprecated',
          }),
        ]),
  ];
}

/** A value that an input of this type takes. */
const examples: Record<string, JsonValue> = { string: 'text', number: 1, boolean: true, array: [] };
const exampleOf = ({ type, options }: Input): JsonValue => options?.[0] ?? examples[type] ?? 'text';

function typeChanges(old: Input, now: Input, form: Interface['form'], where: string): Change[] {
  if (old.type === now.type) return [];
  // A text may be written as a number or a boolean, except in GitLab.
  const isWider = form !== 'component' && now.type === 'string' && ['number', 'boolean'].includes(old.type);
  const reason = `${old.type} became ${now.type}`;
  const about = { where, old, now, reason, subject: now.type, before: old.type };
  return [
    isWider
      ? change({ ...about, rule: 'input-type-widened', level: 'compatible' })
      : change({
          ...{ ...about, rule: 'input-type-changed', level: 'breaking' },
          witness: { [old.name]: exampleOf(old) },
        }),
  ];
}

function requiredChanges(old: Input, now: Input, where: string): Change[] {
  const about = { where, old, now };
  if (!old.required && now.required)
    return [
      change({
        ...{ ...about, rule: 'input-became-required', level: 'breaking' },
        ...{ reason: 'callers that do not pass it are refused', witness: `with no '${now.name}'` },
      }),
    ];
  if (old.required && !now.required)
    return [
      change({ ...about, rule: 'input-became-optional', level: 'compatible', reason: 'it may be omitted' }),
    ];
  // `5` of a number and `'5'` of a text are the same to the steps that read them.
  if (old.required || sameJson(old.default, now.default) || String(old.default) === String(now.default))
    return [];
  return [
    change({
      ...{ ...about, rule: 'input-default-changed', level: 'unknown' },
      ...{ subject: now.default, before: old.default, witness: `with no '${now.name}'` },
      reason: `where it is not passed, ${shown(old.default)} became ${shown(now.default)}`,
    }),
  ];
}

function optionChanges(old: Input, now: Input, where: string): Change[] {
  const about = { where, old, now };
  if (old.options === null && now.options === null) return [];
  if (now.options === null)
    return [
      change({
        ...about,
        rule: 'input-options-removed',
        level: 'compatible',
        reason: 'any value is accepted',
      }),
    ];
  if (old.options === null)
    return [
      change({
        ...{
          ...about,
          rule: 'input-options-added',
          level: 'breaking',
          witness: { [old.name]: exampleOf(old) },
        },
        reason: `only ${now.options.map((option) => shown(option)).join(', ')} are accepted`,
      }),
    ];
  const [was, is] = [old.options, now.options];
  const lacks = (list: readonly JsonValue[], option: JsonValue) =>
    !list.some((value) => sameJson(value, option));
  return [
    ...was
      .filter((option) => lacks(is, option))
      .map((option) =>
        change({
          ...{ ...about, rule: 'input-option-removed', level: 'breaking', subject: option },
          ...{ reason: `${shown(option)} is no longer accepted`, witness: { [old.name]: option } },
        }),
      ),
    ...is
      .filter((option) => lacks(was, option))
      .map((option) =>
        change({
          ...{ ...about, rule: 'input-option-added', level: 'compatible', subject: option },
          reason: `${shown(option)} is accepted too`,
        }),
      ),
  ];
}

function patternChanges(old: Input, now: Input, where: string): Change[] {
  if (old.pattern === now.pattern) return [];
  const about = { where, old, now };
  if (now.pattern === null)
    return [
      change({
        ...about,
        rule: 'input-pattern-removed',
        level: 'compatible',
        reason: 'any value is accepted',
      }),
    ];
  return [
    change({
      ...{ ...about, rule: old.pattern === null ? 'input-pattern-added' : 'input-pattern-changed' },
      ...{ level: 'unknown', reason: `values have to match ${now.pattern}`, subject: now.pattern },
    }),
  ];
}

function secretChanges({ old, now }: Pair<Named & { required: boolean }>): Change[] {
  const name = old?.name ?? now?.name ?? '';
  const about = { where: `secret '${name}'`, old, now };
  const refused = { reason: 'callers that do not pass it are refused', witness: `secrets with no '${name}'` };
  if (old === undefined)
    return [
      now?.required
        ? change({ ...about, ...refused, rule: 'required-secret-added', level: 'breaking' })
        : change({ ...about, rule: 'secret-added', level: 'compatible', reason: 'it may be omitted' }),
    ];
  if (now === undefined)
    return [
      change({
        ...{ ...about, rule: 'secret-removed', level: 'breaking', witness: `secrets: ${name}` },
        reason: 'callers pass a secret that is not declared',
      }),
    ];
  if (old.required === now.required) return [];
  return [
    now.required
      ? change({ ...about, ...refused, rule: 'secret-became-required', level: 'breaking' })
      : change({
          ...{ ...about, rule: 'secret-became-optional', level: 'compatible', reason: 'it may be omitted' },
        }),
  ];
}

function outputChanges({ old, now }: Pair<Named>): Change[] {
  const name = old?.name ?? now?.name ?? '';
  const about = { where: `output '${name}'`, old, now };
  if (old === undefined)
    return [change({ ...about, rule: 'output-added', level: 'compatible', reason: 'nobody reads it yet' })];
  if (now !== undefined) return [];
  return [
    change({
      ...{ ...about, rule: 'output-removed', level: 'breaking', witness: `outputs.${name}` },
      reason: 'callers that read it get an empty text',
    }),
  ];
}

function permissionChanges({ permissions: old }: Interface, { permissions: now }: Interface): Change[] {
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((scope) => {
    const [was, is] = [old.get(scope), now.get(scope)];
    if (was?.access === is?.access) return [];
    const about = {
      where: `permission '${scope}'`,
      old: was && { name: scope, pointer: was.pointer },
      now: is && { name: scope, pointer: is.pointer },
    };
    const isMore = is !== undefined && (was === undefined || is.access === 'write');
    return [
      isMore
        ? change({
            ...{ ...about, rule: 'permission-required', level: 'breaking' },
            ...{ witness: `permissions: { ${scope}: ${was?.access ?? 'none'} }`, subject: is.access },
            reason: `callers have to grant '${is.access}'`,
          })
        : change({
            ...{ ...about, rule: 'permission-no-longer-required', level: 'compatible' },
            reason: `'${was?.access}' need not be granted any more`,
          }),
    ];
  });
}

function runtimeChanges({ runtime: old }: Interface, { runtime: now }: Interface): Change[] {
  if (old === now || old === null || now === null) return [];
  const at = { name: 'using', pointer: '/runs/using' };
  const about = { where: 'runs.using', old: at, now: at, subject: now, before: old };
  return [
    now === 'docker'
      ? change({
          ...{
            ...about,
            rule: 'runtime-became-docker',
            level: 'breaking',
            witness: 'runs-on: windows-latest',
          },
          reason: `${old} became docker, which only runs on Linux`,
        })
      : change({
          ...{ ...about, rule: 'runtime-changed', level: 'unknown' },
          reason: `${old} became ${now}, which the runner must have`,
        }),
  ];
}
