import type { Change } from '../../compat/types.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { changeOf } from './change.ts';
import type { Crd, CrdVersion } from './interface.ts';
import { extrasOf, structural } from './structural.ts';
import { type Table, tableChanges } from './tables.ts';

/** What manifests call a custom resource. */
const nameOf = ({ group, kind }: Crd): string => `${kind}.${group}`;

/** Every change between two lists of custom resources. */
export function crdChanges(before: readonly Crd[], after: readonly Crd[]): Change[] {
  const now = new Map(after.map((crd) => [nameOf(crd), crd]));
  const old = new Map(before.map((crd) => [nameOf(crd), crd]));
  return [
    ...before.flatMap((crd) => {
      const is = now.get(nameOf(crd));
      return is === undefined ? [removed(crd)] : paired(crd, is);
    }),
    ...after
      .filter((crd) => !old.has(nameOf(crd)))
      .map((crd) =>
        changeOf({
          ...{ rule: 'crd-added', level: 'compatible', kind: 'added', where: nameOf(crd), pointer: crd.at },
          reason: 'no resource of this kind exists yet',
        }),
      ),
  ];
}

const removed = (crd: Crd): Change =>
  changeOf({
    ...{ rule: 'crd-removed', level: 'breaking', kind: 'removed', where: nameOf(crd), pointer: crd.at },
    ...{ reason: 'resources of this kind are refused', witness: { kind: crd.kind } },
  });

function paired(old: Crd, now: Crd): Change[] {
  const where = nameOf(old);
  const at = (inner: string) => ({ pointer: `${now.at}${inner}`, oldPointer: `${old.at}${inner}` });
  const changes: Change[] = [];
  if (old.scope !== now.scope)
    changes.push(
      changeOf({
        ...{ ...at('/spec/scope'), where, rule: 'crd-scope-changed', level: 'breaking', witness: old.scope },
        ...{ subject: now.scope, before: old.scope, reason: `${old.scope} became ${now.scope}` },
      }),
    );
  if (old.plural !== now.plural)
    changes.push(
      changeOf({
        ...{
          ...at('/spec/names/plural'),
          where,
          rule: 'crd-renamed',
          level: 'breaking',
          witness: old.plural,
        },
        ...{ subject: now.plural, before: old.plural },
        reason: `it is another resource: ${old.plural} became ${now.plural}`,
      }),
    );
  if (!sameJson(old.conversion, now.conversion))
    changes.push(
      changeOf({
        ...{ ...at('/spec/conversion'), where, rule: 'conversion-changed', level: 'unknown' },
        reason: 'resources are converted in another way between versions',
      }),
    );
  return [...changes, ...versions(old, now)];
}

function versions(old: Crd, now: Crd): Change[] {
  const changes: Change[] = [];
  for (const was of old.versions) {
    const is = now.versions.find(({ name }) => name === was.name);
    changes.push(...(is === undefined ? gone(old, was) : versionChanges(old, now, was, is)));
  }
  for (const is of now.versions) {
    if (!is.served || old.versions.some(({ name, served }) => name === is.name && served)) continue;
    changes.push(
      changeOf({
        ...{ rule: 'version-added', level: 'compatible', kind: 'added', where: versionName(now, is) },
        ...{ pointer: `${now.at}${is.pointer}`, reason: 'no resource of this version exists yet' },
      }),
    );
  }
  const [had, has] = [old, now].map(({ versions: all }) => all.find(({ storage }) => storage));
  if (had !== undefined && has !== undefined && had.name !== has.name)
    changes.push(
      changeOf({
        ...{ rule: 'stored-version-changed', level: 'compatible', where: nameOf(old), pointer: now.at },
        ...{ oldPointer: old.at, subject: has.name, before: had.name },
        reason: `resources are stored as ${has.name}, where it was ${had.name}`,
      }),
    );
  return changes;
}

const versionName = (crd: Crd, { name }: CrdVersion): string => `${nameOf(crd)} ${name}`;

const notServed = (old: Crd, was: CrdVersion): Change =>
  changeOf({
    ...{ rule: 'version-not-served', level: 'breaking', kind: 'removed', where: versionName(old, was) },
    ...{
      pointer: `${old.at}${was.pointer}`,
      witness: { apiVersion: `${old.group}/${was.name}`, kind: old.kind },
    },
    reason: 'resources of this version are refused',
  });

/** A version may only go once nothing is stored in it (`status.storedVersions`), which the definition does not say. */
function gone(old: Crd, was: CrdVersion): Change[] {
  const changes = was.served ? [notServed(old, was)] : [];
  if (was.storage)
    changes.push(
      changeOf({
        ...{
          rule: 'stored-version-removed',
          level: 'unknown',
          kind: 'removed',
          where: versionName(old, was),
        },
        pointer: `${old.at}${was.pointer}`,
        reason: 'resources may still be stored in it, and then the cluster refuses the definition',
      }),
    );
  else if (!was.served)
    changes.push(
      changeOf({
        ...{ rule: 'unserved-version-removed', level: 'compatible', kind: 'removed' },
        ...{ where: versionName(old, was), pointer: `${old.at}${was.pointer}` },
        reason: 'it was not served',
      }),
    );
  return changes;
}

function versionChanges(old: Crd, now: Crd, was: CrdVersion, is: CrdVersion): Change[] {
  if (!was.served) return [];
  if (!is.served) return [notServed(old, was)];
  const where = versionName(old, was);
  const at = { where, pointer: `${now.at}${is.pointer}`, oldPointer: `${old.at}${was.pointer}` };
  const changes: Change[] = [];
  if (was.deprecated !== is.deprecated)
    changes.push(
      changeOf({
        ...{ ...at, rule: 'version-deprecated', level: 'none' },
        reason: is.deprecated ? 'it is deprecated' : 'it is no longer deprecated',
      }),
    );
  if (!sameJson(was.subresources, is.subresources))
    changes.push(
      changeOf({
        ...{ ...at, rule: 'subresources-changed', level: 'unknown' },
        reason: 'status or scale are written in another way',
      }),
    );
  return [
    ...changes,
    ...tableChanges(where, tableOf(old, was), tableOf(now, is)),
    ...extraChanges(where, { crd: old, version: was }, { crd: now, version: is }),
  ];
}

const tableOf = ({ at, preserves }: Crd, { schema, pointer }: CrdVersion): Table => ({
  schema: structural(schema, preserves),
  place: (inner) => `${at}${pointer}${inner}`,
});

interface Of {
  crd: Crd;
  version: CrdVersion;
}

/** Expressions that have to hold, and how lists are merged: neither is checked. */
function extraChanges(where: string, old: Of, now: Of): Change[] {
  const [had, has] = [extrasOf(old.version.schema), extrasOf(now.version.schema)];
  const changes: Change[] = [];
  for (const path of new Set([...had.keys(), ...has.keys()])) {
    const [was, is] = [had.get(path), has.get(path)];
    const about = {
      where: path === '' ? where : `${where} → ${path}`,
      pointer: `${now.crd.at}${now.version.pointer}${(is ?? was)?.pointer ?? ''}`,
      oldPointer: `${old.crd.at}${old.version.pointer}${(was ?? is)?.pointer ?? ''}`,
    };
    const more = (is?.validations ?? []).filter((rule) => !was?.validations.includes(rule));
    const less = (was?.validations ?? []).filter((rule) => !is?.validations.includes(rule));
    if (more.length > 0)
      changes.push(
        changeOf({
          ...{ ...about, rule: 'validation-changed', level: 'unknown', subject: more[0] as JsonValue },
          reason: `it has to satisfy ${more.join(', ')}`,
        }),
      );
    else if (less.length > 0)
      changes.push(
        changeOf({
          ...{ ...about, rule: 'validation-removed', level: 'compatible', subject: less[0] as JsonValue },
          reason: `${less.join(', ')} need not hold any more`,
        }),
      );
    if (!sameJson(was?.merging ?? [], is?.merging ?? []))
      changes.push(
        changeOf({
          ...{ ...about, rule: 'merging-changed', level: 'unknown' },
          reason: `it is merged by ${is?.merging.join(', ') || 'default'}, where it was ${was?.merging.join(', ') || 'default'}`,
        }),
      );
  }
  return changes;
}
