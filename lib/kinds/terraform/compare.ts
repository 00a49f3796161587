import { judged } from '../../compat/differences/order.ts';
import { shown } from '../../compat/shown.ts';
import type { Change, ChangeLevel, ValueComparison } from '../../compat/types.ts';
import { type JsonValue, pointerToken, sameJson } from '../../json.ts';
import { type Interface, moduleOf, type Output, type Provider, type Variable } from './interface.ts';
import { attributesOf, converts, exampleOf, type Type, typeWords } from './types.ts';
import { allowsAll } from './versions.ts';

/**
 * Can every configuration that calls the old module call the new one in the same way? Resources are not part of it, and so is
 * nothing that `moved` says of them.
 */
export function compareModules(old: JsonValue, now: JsonValue): ValueComparison {
  const [before, after] = [moduleOf(old), moduleOf(now)];
  if (before === null || after === null) {
    const reason = `the ${before === null ? 'old' : 'new'} version is not a Terraform module`;
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  return judged(changesOf(before, after));
}

/** Every change between two modules. */
export const changesOf = (before: Interface, after: Interface): Change[] => [
  ...movedOf(before, after),
  ...paired(before.variables, after.variables).flatMap(variableChanges),
  ...paired(before.outputs, after.outputs).flatMap(outputChanges),
  ...paired(before.providers, after.providers).flatMap(providerChanges),
  ...versionChanges(before.version, after.version),
];

interface Pair<T> {
  old?: T;
  now?: T;
}

function paired<T extends { name: string }>(old: readonly T[], now: readonly T[]): Pair<T>[] {
  const pairs = new Map<string, Pair<T>>();
  for (const named of old) pairs.set(named.name, { old: named });
  for (const named of now) pairs.set(named.name, { ...pairs.get(named.name), now: named });
  return [...pairs.values()];
}

interface Said {
  rule: string;
  level: ChangeLevel;
  where: string;
  pointer: string;
  reason: string;
  kind?: 'added' | 'removed';
  subject?: JsonValue;
  before?: JsonValue;
  witness?: JsonValue;
}

function change({ rule, level, where, pointer, reason, kind, subject = where, ...more }: Said): Change {
  return {
    kind: level === 'none' ? 'described' : (kind ?? 'changed'),
    pointer,
    ...(kind === undefined ? { oldPointer: pointer } : kind === 'removed' ? { gone: true as const } : {}),
    ...{ subject, breaking: level === 'breaking' || level === 'unknown' },
    ...{ rule: `terraform/${rule}`, level, where, ...more, reason },
  };
}

function movedOf({ path: old }: Interface, { path: now }: Interface): Change[] {
  if (old === now) return [];
  const named = (path: string): string => (path === '' ? 'the root of the repository' : path);
  return [
    change({
      ...{
        rule: 'module-moved',
        level: 'breaking',
        where: named(old),
        pointer: '',
        subject: now,
        before: old,
      },
      ...{ reason: `it is now in ${named(now)}`, witness: `source = "…//${old}"` },
    }),
  ];
}

function variableChanges({ old, now }: Pair<Variable>): Change[] {
  const name = old?.name ?? now?.name ?? '';
  const about = { where: `variable '${name}'`, pointer: `/variables/${pointerToken(name)}` };
  if (old === undefined && now !== undefined)
    return [
      now.required
        ? change({
            ...{ ...about, kind: 'added', rule: 'required-variable-added', level: 'breaking' },
            ...{ reason: 'callers that do not set it are refused', witness: `no ${name}` },
          })
        : change({
            ...{ ...about, kind: 'added', rule: 'variable-added', level: 'compatible' },
            reason: 'it has a default',
          }),
    ];
  if (old === undefined) return [];
  if (now === undefined)
    return [
      change({
        ...{ ...about, kind: 'removed', rule: 'variable-removed', level: 'breaking' },
        ...{
          reason: 'callers set a variable that is not declared',
          witness: { [name]: exampleOf(old.type) },
        },
      }),
    ];
  return [
    ...typeChanges(old, now, about),
    ...defaultChanges(old, now, about),
    ...nullChanges(old, now, about),
    ...validationChanges(old, now, about),
    ...(old.ephemeral === now.ephemeral
      ? []
      : [
          change({
            ...{ ...about, rule: 'variable-ephemeral-changed', level: 'unknown' },
            reason: now.ephemeral ? 'it is ephemeral' : 'it is no longer ephemeral',
          }),
        ]),
    ...(old.sensitive === now.sensitive
      ? []
      : [
          change({
            ...{ ...about, rule: 'variable-sensitive-changed', level: 'none' },
            reason: now.sensitive ? 'it is sensitive' : 'it is no longer sensitive',
          }),
        ]),
  ];
}

type About = Pick<Said, 'where' | 'pointer'>;

function typeChanges({ name, type: old }: Variable, { type: now }: Variable, about: About): Change[] {
  if (sameJson(old as JsonValue, now as JsonValue)) return [];
  const [was, is] = [attributesOf(old), attributesOf(now)];
  const changes: Change[] = [];
  const bare = (type: Type): JsonValue => withoutDefaults(type as JsonValue);
  if (!sameJson(bare(old), bare(now))) {
    const answer = converts(old, now);
    const said = { ...about, subject: typeWords(now), before: typeWords(old) };
    const reason = `${typeWords(old)} became ${typeWords(now)}`;
    const gone = [...was.keys()].filter((path) => !is.has(path) && parentIn(path, is));
    if (answer === 'no')
      changes.push(
        change({
          ...{ ...said, rule: 'variable-type-changed', level: 'breaking', reason },
          witness: { [name]: exampleOf(old) },
        }),
      );
    else if (answer === 'unknown')
      changes.push(change({ ...said, rule: 'variable-type-unread', level: 'unknown', reason }));
    else if (gone.length === 0)
      changes.push(change({ ...said, rule: 'variable-type-widened', level: 'compatible', reason }));
    for (const path of answer === 'no' ? [] : gone)
      changes.push(
        change({
          ...{ ...about, where: `${about.where} → ${path}`, rule: 'variable-attribute-removed' },
          ...{ level: 'breaking', reason: 'what callers give for it is ignored', witness: path },
        }),
      );
  }
  for (const [path, own] of is) {
    const before = was.get(path);
    if (before?.optional && own.optional && !sameJson(before.default ?? null, own.default ?? null))
      changes.push(
        change({
          ...{ ...about, where: `${about.where} → ${path}`, rule: 'variable-attribute-default-changed' },
          ...{ level: 'unknown', subject: own.default ?? null, before: before.default ?? null },
          reason: `where it is not given, ${shown(before.default ?? null)} became ${shown(own.default ?? null)}`,
        }),
      );
  }
  return changes;
}

/** An attribute whose object is still there, so that the attribute alone is gone. */
function parentIn(path: string, is: ReadonlyMap<string, unknown>): boolean {
  const parent = path.slice(0, Math.max(path.lastIndexOf('.'), 0)).replace(/(?:\[\d*\])+$/, '');
  // Of an object that became a map nothing is gone.
  return [...is.keys()].some((key) => key.startsWith(path.slice(0, path.lastIndexOf('.') + 1)))
    ? parent === '' || is.has(parent)
    : false;
}

function withoutDefaults(type: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(type), (key, value) =>
    key === 'default' ? undefined : value,
  ) as JsonValue;
}

function defaultChanges(old: Variable, now: Variable, about: About): Change[] {
  if (!old.required && now.required)
    return [
      change({
        ...{ ...about, rule: 'variable-became-required', level: 'breaking', witness: `no ${now.name}` },
        reason: 'callers that do not set it are refused',
      }),
    ];
  if (old.required && !now.required)
    return [
      change({ ...about, rule: 'variable-became-optional', level: 'compatible', reason: 'it has a default' }),
    ];
  if (old.required || sameJson(old.default, now.default)) return [];
  return [
    change({
      ...{ ...about, rule: 'variable-default-changed', level: 'unknown', witness: `no ${now.name}` },
      ...{ subject: now.default, before: old.default },
      reason: `where it is not set, ${shown(old.default)} became ${shown(now.default)}`,
    }),
  ];
}

/** With `nullable = false`, null stands for the default, and is refused where there is none. */
function nullChanges(old: Variable, now: Variable, about: About): Change[] {
  if (old.nullable === now.nullable) return [];
  const [rule, reason] = now.nullable
    ? (['variable-became-nullable', 'null is accepted'] as const)
    : (['variable-became-not-nullable', 'null is no longer accepted'] as const);
  if (old.required && now.required)
    return [
      change({
        ...{ ...about, rule, reason, level: now.nullable ? 'compatible' : 'breaking' },
        ...(now.nullable ? {} : { witness: { [now.name]: null } }),
      }),
    ];
  return [
    change({
      ...about,
      rule,
      level: 'unknown',
      reason: 'null stands for the default in one of the two versions',
    }),
  ];
}

function validationChanges(old: Variable, now: Variable, about: About): Change[] {
  const more = now.validations.filter((condition) => !old.validations.includes(condition));
  const less = old.validations.filter((condition) => !now.validations.includes(condition));
  if (more.length > 0)
    return [
      change({
        ...{ ...about, rule: 'variable-validation-changed', level: 'unknown', subject: more[0] ?? '' },
        reason: `what is set has to satisfy ${more.join(', ')}`,
      }),
    ];
  return less.length === 0
    ? []
    : [
        change({
          ...{ ...about, rule: 'variable-validation-removed', level: 'compatible', subject: less[0] ?? '' },
          reason: `${less.join(', ')} need not hold any more`,
        }),
      ];
}

function outputChanges({ old, now }: Pair<Output>): Change[] {
  const name = old?.name ?? now?.name ?? '';
  const about = { where: `output '${name}'`, pointer: `/outputs/${pointerToken(name)}` };
  if (old === undefined)
    return [
      change({
        ...{
          ...about,
          kind: 'added',
          rule: 'output-added',
          level: 'compatible',
          reason: 'nobody reads it yet',
        },
      }),
    ];
  if (now === undefined)
    return [
      change({
        ...{ ...about, kind: 'removed', rule: 'output-removed', level: 'breaking', witness: name },
        reason: 'configurations that read it are refused',
      }),
    ];
  const lost = (old.attributes ?? []).filter((key) => now.attributes?.includes(key) === false);
  return [
    ...(['sensitive', 'ephemeral'] as const).flatMap((mark) =>
      old[mark] === now[mark]
        ? []
        : [
            now[mark]
              ? change({
                  ...{ ...about, rule: `output-became-${mark}`, level: 'breaking', witness: name },
                  reason: `it is ${mark}, and so must be what reads it`,
                })
              : change({
                  ...{ ...about, rule: `output-no-longer-${mark}`, level: 'compatible' },
                  reason: `it is no longer ${mark}`,
                }),
          ],
    ),
    ...lost.map((key) =>
      change({
        ...{
          ...about,
          where: `${about.where} → ${key}`,
          rule: 'output-attribute-removed',
          level: 'breaking',
        },
        ...{ reason: 'the object that it is no longer has it', witness: `${name}.${key}` },
      }),
    ),
  ];
}

function providerChanges({ old, now }: Pair<Provider>): Change[] {
  const name = old?.name ?? now?.name ?? '';
  const about = { where: `provider '${name}'`, pointer: `/providers/${pointerToken(name)}` };
  if (old === undefined)
    return [
      change({
        ...{ ...about, kind: 'added', rule: 'provider-added', level: 'unknown' },
        reason: 'callers may have to configure it',
      }),
      ...aliasChanges([], now?.aliases ?? [], about),
    ];
  if (now === undefined)
    return [
      change({
        ...{ ...about, kind: 'removed', rule: 'provider-removed', level: 'compatible' },
        reason: 'it is not needed any more',
      }),
      ...aliasChanges(old.aliases, [], about),
    ];
  if (old.source !== now.source)
    return [
      change({
        ...{
          ...about,
          rule: 'provider-source-changed',
          level: 'breaking',
          subject: now.source,
          before: old.source,
        },
        ...{ reason: `${old.source} became ${now.source}`, witness: old.source ?? name },
      }),
    ];
  return [
    ...constraintChanges(old.version, now.version, about, 'provider'),
    ...aliasChanges(old.aliases, now.aliases, about),
  ];
}

const aliasChanges = (old: readonly string[], now: readonly string[], about: About): Change[] => [
  ...now
    .filter((alias) => !old.includes(alias))
    .map((alias) =>
      change({
        ...{ ...about, where: `provider '${alias}'`, rule: 'provider-alias-required', level: 'breaking' },
        ...{ reason: 'callers have to pass it', witness: `providers without ${alias}` },
      }),
    ),
  ...old
    .filter((alias) => !now.includes(alias))
    .map((alias) =>
      change({
        ...{ ...about, where: `provider '${alias}'`, rule: 'provider-alias-removed', level: 'breaking' },
        ...{ reason: 'callers pass one that is not declared', witness: `providers = { ${alias} = … }` },
      }),
    ),
];

const versionChanges = (old: string | null, now: string | null): Change[] =>
  constraintChanges(old, now, { where: 'required_version', pointer: '/version' }, 'terraform');

function constraintChanges(
  old: string | null,
  now: string | null,
  about: About,
  of: 'provider' | 'terraform',
): Change[] {
  if (old === now) return [];
  const [wider, narrower] = [allowsAll(old, now), allowsAll(now, old)];
  if (wider === true && narrower === true) return [];
  const reason = `${old ?? 'any version'} became ${now ?? 'any version'}`;
  const said = { ...about, reason, subject: now, before: old };
  if (wider === null) return [change({ ...said, rule: `${of}-version-changed`, level: 'unknown' })];
  return [
    wider
      ? change({ ...said, rule: `${of}-version-widened`, level: 'compatible' })
      : change({ ...said, rule: `${of}-version-narrowed`, level: 'breaking', witness: old ?? 'any version' }),
  ];
}
