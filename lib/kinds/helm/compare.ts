import { verdictOf, worstFirst } from '../../compat/differences/order.ts';
import type { Change, ValueComparison } from '../../compat/types.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { changeOf } from './change.ts';
import { crdChanges } from './crds.ts';
import { defaultChanges, type Side } from './defaults.ts';
import { type Chart, chartOf } from './interface.ts';
import { modern } from './modern.ts';
import { placeOf, pointerOf, valuesSchema } from './shape.ts';
import { AT, tableChanges } from './tables.ts';

/**
 * Can everyone who installs the old chart install the new one with the same values, and use its custom resources in the same way?
 * Templates are not read: what they do with a value is not part of it.
 */
export function compareHelm(old: JsonValue, now: JsonValue): ValueComparison {
  const [before, after] = [chartOf(old), chartOf(now)];
  if (before === null || after === null) {
    const reason = `the ${before === null ? 'old' : 'new'} version is not a Helm chart`;
    return { verdict: { verdict: 'unknown', reason, pointer: '' }, changes: [] };
  }
  const changes = worstFirst(changesOf(before, after));
  const [worst] = changes;
  return { verdict: worst === undefined ? { verdict: 'equal' } : verdictOf(worst), changes };
}

/** Every change between two charts. */
export const changesOf = (before: Chart, after: Chart): Change[] => [
  ...chartChanges(before, after),
  ...valuesChanges(before, after),
  ...crdChanges(before.crds, after.crds),
];

function chartChanges(before: Chart, after: Chart): Change[] {
  const changes: Change[] = [];
  const at = { pointer: `${after.files.chart}/name`, oldPointer: `${before.files.chart}/name` };
  if (before.name !== null && after.name !== null && before.name !== after.name)
    changes.push(
      changeOf({
        ...{ ...at, rule: 'chart-renamed', level: 'breaking', where: 'the chart', witness: before.name },
        ...{ subject: after.name, before: before.name, reason: `${before.name} is now called ${after.name}` },
      }),
    );
  if (before.path !== after.path) {
    const named = (path: string): string => (path === '' ? 'the root of the repository' : path);
    changes.push(
      changeOf({
        ...{ ...at, rule: 'chart-moved', level: 'breaking', where: named(before.path), witness: before.path },
        ...{ subject: after.path, before: before.path, reason: `it is now in ${named(after.path)}` },
      }),
    );
  }
  const [was, is] = [before.kubeVersion, after.kubeVersion];
  if (was !== is)
    changes.push(
      changeOf({
        ...{ where: 'kubeVersion', subject: is, before: was },
        ...{ pointer: `${after.files.chart}/kubeVersion`, oldPointer: `${before.files.chart}/kubeVersion` },
        ...(is === null
          ? {
              rule: 'kube-version-removed',
              level: 'compatible',
              reason: 'every version of Kubernetes will do',
            }
          : {
              ...{ rule: 'kube-version-changed', level: 'unknown', witness: is },
              reason: `a cluster has to be of version ${is}${was === null ? '' : `, where it was ${was}`}`,
            }),
      }),
    );
  return changes;
}

function valuesChanges(before: Chart, after: Chart): Change[] {
  if (sameJson(before.values, after.values) && sameJson(before.schema, after.schema)) {
    if (sameJson([...before.dependencies].sort(), [...after.dependencies].sort())) return [];
  }
  const [old, now]: [Side, Side] = [
    { chart: before, schema: valuesSchema(before) },
    { chart: after, schema: valuesSchema(after) },
  ];
  const table = ({ chart, schema }: Side) => ({
    schema: modern(schema, AT),
    place: (pointer: string) => placeOf(chart, pointer),
  });
  const [had, has] = [before, after].map(({ schema }) => schema !== null);
  const checked = {
    ...{ where: 'values', pointer: after.files[has ? 'schema' : 'values'] },
    oldPointer: before.files[had ? 'schema' : 'values'],
  };
  return [
    ...(had === has
      ? []
      : [
          has
            ? changeOf({
                ...{ ...checked, rule: 'values-checked', level: 'compatible' },
                reason: 'a schema says which values are valid',
              })
            : changeOf({
                ...{ ...checked, rule: 'values-unchecked', level: 'compatible' },
                reason: 'no schema says which values are valid any more',
              }),
        ]),
    ...tableChanges('values', table(old), table(now)),
    ...defaultChanges(old, now)
      .filter(({ isTyped }) => !isTyped)
      .map(({ path, before: was, after: is, reason }) =>
        changeOf({
          ...{ rule: 'default-changed', level: 'unknown', where: `values → ${path.join('.')}`, reason },
          ...{ pointer: `${after.files.values}${pointerOf(path)}`, subject: is ?? null, before: was ?? null },
          oldPointer: `${before.files.values}${pointerOf(path)}`,
        }),
      ),
  ];
}
