import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import type { Content } from '../types.ts';
import { answerOf, type Findings, type PlacedUse, type UseAnswer } from '../uses.ts';
import { coalesced } from './coalesce.ts';
import { chartOf } from './interface.ts';
import { Offer, type Served } from './offer.ts';
import { declaredAt } from './shape.ts';
import { extrasOf, kept, type Pruned } from './structural.ts';
import { type ResourceUse, useIn, type ValuesUse } from './use.ts';

/** Does the chart take the values that it is given, and the cluster the resources? */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const chart = chartOf(schema);
  const offer = chart === null ? null : new Offer(chart);
  return uses.map(({ use, at }): UseAnswer => {
    const own = useIn(use);
    if (own === undefined) return { answer: 'unknown', why: `'${use.subject}' is not on record as a whole` };
    return offer === null
      ? { answer: 'unknown', why: 'the contract is not a Helm chart' }
      : answerOf(findingsOf(own, at, offer));
  });
}

/** What one use does not get. */
export const findingsOf = (use: ValuesUse | ResourceUse, at: string, offer: Offer): Findings =>
  use.is === 'values' ? valuesFindings(use, at, offer) : resourceFindings(use, at, offer);

function valuesFindings(use: ValuesUse, at: string, offer: Offer): Findings {
  const found: Findings = { missing: [], doubts: [] };
  if (offer.chart.schema !== null) schemaFindings(use, at, offer, found);
  declaredFindings(use, at, offer, found);
  return found;
}

/** Keywords that a value which is given elsewhere may satisfy. */
const lacking = new Set([
  'required',
  'minProperties',
  'dependentRequired',
  'dependencies',
  'anyOf',
  'oneOf',
  'if',
]);

function schemaFindings(use: ValuesUse, at: string, offer: Offer, { missing, doubts }: Findings): void {
  const opinion = offer.opinion(coalesced(offer.chart.values, use.value));
  if ('why' in opinion) doubts.push(`whether ${use.subject} is valid is not known: ${opinion.why}`);
  else if (opinion.fault !== null) {
    const { pointer, keyword, reason } = opinion.fault;
    const where = pointer === '' ? '' : ` at ${pointer}`;
    const why = `is not valid${where}: ${reason} (${keyword})`;
    const isGiven = givenAt(use.value, pointer) !== undefined;
    if (use.isHidden(pointer))
      doubts.push(`whether what is left out of the record${where} is valid is not known`);
    else if (use.more !== null && (lacking.has(keyword) || !isGiven))
      doubts.push(`${why}, unless it is given elsewhere: ${use.more}`);
    else missing.push({ why, witness: pointer, rule: ruleOf(keyword), at: use.place(pointer, at) });
  }
}

/** The change that would make a value invalid in this way. */
const ruleOf = (keyword: string): string =>
  ({
    required: 'helm/property-became-required',
    additionalProperties: 'helm/property-removed',
    type: 'helm/type-changed',
    enum: 'helm/enum-value-removed',
    pattern: 'helm/pattern-changed',
  })[keyword] ?? 'helm/combination';

/** What values.yaml and the schema declare of the values that are given. */
function declaredFindings(
  use: ValuesUse,
  at: string,
  { chart, values }: Offer,
  { missing, doubts }: Findings,
): void {
  for (const { path, pointer, value } of leavesOf(use.value)) {
    const own = declaredAt(values, path);
    const name = path.join('.');
    if (own === undefined) {
      // A closed schema has refused it.
      if (chart.schema === null || !missing.some(({ witness }) => witness === pointer))
        doubts.push(`sets '${name}', which is not declared: whether a template reads it is not known`);
      continue;
    }
    if (chart.schema !== null || own === null || value === null) continue;
    const [is, was] = [wordOf(value), isObject(own) ? String(own.type ?? '') : ''];
    if (was === '' || is === was) continue;
    const why = `sets '${name}' to ${words[is]}, where values.yaml has ${words[was]}`;
    if ((is === 'object') !== (was === 'object'))
      missing.push({ why, witness: pointer, rule: 'helm/type-changed', at: use.place(pointer, at) });
    else doubts.push(`${why}: whether templates take it is not known`);
  }
}

const words: Record<string, string> = {
  ...{ object: 'a map', array: 'a list', string: 'a text', number: 'a number', boolean: 'a boolean' },
};
const wordOf = (value: JsonValue): string => (Array.isArray(value) ? 'array' : typeof value);

/** What is given: values that are not maps, maps that are empty, and maps where something else is declared, by their paths. */
export function leavesOf(
  given: JsonObject,
): { path: readonly string[]; pointer: string; value: JsonValue }[] {
  const found: { path: readonly string[]; pointer: string; value: JsonValue }[] = [];
  const walk = (value: JsonObject, path: readonly string[], pointer: string): void => {
    for (const [name, inner] of Object.entries(value)) {
      const here = { path: [...path, name], pointer: `${pointer}/${pointerToken(name)}`, value: inner };
      found.push(here);
      if (isObject(inner)) walk(inner, here.path, here.pointer);
    }
  };
  walk(given, [], '');
  return found;
}

function givenAt(value: JsonValue, pointer: string): JsonValue | undefined {
  let here: JsonValue | undefined = value;
  for (const token of pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    here = Array.isArray(here) ? here[Number(key)] : isObject(here) ? here[key] : undefined;
  }
  return here;
}

function resourceFindings(use: ResourceUse, at: string, offer: Offer): Findings {
  const found: Findings = { missing: [], doubts: [] };
  const { missing, doubts } = found;
  const crd = offer.chart.crds.find(({ group, kind }) => group === use.group && kind === use.kind);
  const served = crd === undefined ? undefined : offer.resource(crd, use.version);
  if (use.templated && served !== undefined)
    doubts.push(`${use.subject}: it is a template, which is not rendered`);
  const name = `${use.kind} of ${use.group}/${use.version}`;
  if (crd === undefined)
    missing.push({ why: `is a ${name}, which is not defined`, witness: use.kind, rule: 'helm/crd-removed' });
  else if (served === undefined)
    missing.push({
      ...{ why: `is a ${name}, a version that is not served`, witness: use.version },
      ...{ rule: 'helm/version-not-served', at: use.place('/apiVersion', at) },
    });
  else if (!use.templated) instanceFindings(use, at, served, found);
  return found;
}

function instanceFindings(
  use: ResourceUse,
  at: string,
  { table, version, opinion: judge }: Served,
  { missing, doubts }: Findings,
): void {
  const pruned: Pruned[] = [];
  const instance = kept(table, use.value, pruned);
  for (const { pointer } of pruned)
    missing.push({
      ...{ why: `sets ${pointer.slice(1).replaceAll('/', '.')}, which is not declared and is pruned` },
      ...{ witness: pointer, rule: 'helm/property-removed', at: use.place(pointer, at) },
    });
  const opinion = judge(instance);
  if ('why' in opinion) doubts.push(`whether ${use.subject} is valid is not known: ${opinion.why}`);
  else if (opinion.fault !== null) {
    const { pointer, keyword, reason } = opinion.fault;
    const where = pointer === '' ? '' : ` at ${pointer}`;
    if (use.isHidden(pointer))
      doubts.push(`whether what is only known at run time${where} is valid is not known`);
    else
      missing.push({
        ...{ why: `is not valid${where}: ${reason} (${keyword})`, witness: pointer, rule: ruleOf(keyword) },
        at: use.place(pointer, at),
      });
  }
  for (const [path, { validations }] of extrasOf(version.schema))
    for (const rule of validations)
      doubts.push(`whether ${path === '' ? 'it' : path} satisfies ${rule} is not checked`);
}
