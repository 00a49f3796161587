import path from 'node:path';
import { type MergePlan, mergePlan, type Relation } from '../../change/order.ts';
import { mapPool } from '../../change/pool.ts';
import { DEFAULT_DETECTOR } from '../../checkout/drift.ts';
import { readExport } from '../../checkout/reading.ts';
import type { Described } from '../../compat/coverage.ts';
import { resolveRef } from '../../git/refs.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import { isObject } from '../../json.ts';
import { type Dependency, dependencies } from '../../realm/dependencies.ts';
import type { RealmModel } from '../../realm/model.ts';
import { nextVersion } from '../../realm/next-version.ts';
import { mergedSchema } from '../../realm/ops/publish.ts';
import type { ContractFile, DetectorEntry } from '../../realm/types.ts';
import type { Checkout, Checkouts } from './checkouts.ts';
import { localWidth } from './checkouts.ts';

/** The merge order of a change set, from what its contracts say on the base and on the branch. */
export async function planMerges(
  model: RealmModel,
  branch: string,
  repos: readonly string[],
  checkouts: Checkouts,
): Promise<MergePlan> {
  const inside = dependencies(model).filter(
    ({ consumer, provider }) =>
      provider !== undefined && repos.includes(consumer) && repos.includes(provider),
  );
  const relations = await mapPool(inside, localWidth(), (one) => relationOf(model, branch, one, checkouts));
  return mergePlan(exportersFirst(repos, inside), relations);
}

/** The RFC's order, for what nothing else decides. */
function exportersFirst(repos: readonly string[], list: readonly Dependency[]): string[] {
  const exporters = repos.filter((repo) => list.some((one) => one.provider === repo));
  return [...exporters, ...repos.filter((repo) => !exporters.includes(repo))];
}

async function relationOf(
  model: RealmModel,
  branch: string,
  dependency: Dependency,
  checkouts: Checkouts,
): Promise<Relation> {
  const { consumer, domain, contract, entry, published } = dependency;
  const provider = dependency.provider ?? '';
  const own = checkouts.get(provider);
  const theirs = checkouts.get(consumer);
  const relation: Relation = {
    provider,
    consumer,
    contract: `${domain}/${contract}`,
    need: null,
    grant: null,
    verdict: null,
    adds: false,
    polarity: polarityOf(published),
  };
  if (published === undefined) return relation;
  const exported = model.binding(domain, provider)?.file.exports?.find((one) => one.contract === contract);
  const sources = exported?.source_files ?? [];
  const read = { sources, detector: exported?.extract ?? DEFAULT_DETECTOR };
  const [old, now] =
    own === undefined || sources.length === 0
      ? [describedOf(published), describedOf(published)]
      : await bothOf(own, branch, contract, read);
  if (old !== null && now !== null) {
    relation.need = { old: withSchema(published, old), now: withSchema(published, now) };
    const base: ContractFile = {
      ...published,
      value: old.value,
      schema: relation.need.old.schema as JsonObject,
    };
    const { verdict, changes } = await nextVersion(base, {
      value: now.value,
      schema: (now.value === null ? now.schema : relation.need.now.schema) as JsonObject,
    });
    relation.verdict = verdict.verdict;
    relation.adds = changes.some((change) => change.kind === 'added');
  }
  if (entry.verify !== undefined && entry.binding !== undefined && theirs !== undefined) {
    const verify = { sources: [entry.binding], detector: entry.verify };
    const [before, after] = await bothOf(theirs, branch, contract, verify);
    if (before !== null && after !== null) relation.grant = { old: before, now: after };
  }
  return relation;
}

const describedOf = (file: ContractFile): Described => ({
  value: file.value ?? null,
  schema: (file.schema ?? {}) as JsonValue,
});

/** What a person wrote into the contract's schema holds for the value that was read too. */
const withSchema = (file: ContractFile, read: Described): Described =>
  read.value === null
    ? read
    : { value: read.value, schema: mergedSchema(file, (read.schema ?? {}) as JsonObject) };

interface Read {
  sources: readonly string[];
  detector: DetectorEntry;
}

/** The value on the base and on the branch; `null` where it cannot be read in full. */
async function bothOf(
  checkout: Checkout,
  branch: string,
  contract: string,
  read: Read,
): Promise<[Described | null, Described | null]> {
  const { tip } = checkout.heads;
  const base = tip.kind === 'none' ? null : tip.oid;
  const head = (await resolveRef(checkout.repo, `refs/heads/${branch}`)) ?? base;
  const old = await valueAt(checkout, base, contract, read);
  return [old, head === base ? old : await valueAt(checkout, head, contract, read)];
}

async function valueAt(
  checkout: Checkout,
  oid: string | null,
  contract: string,
  { sources, detector }: Read,
): Promise<Described | null> {
  if (oid === null) return null;
  const listed = await checkout.levels.inCommit(oid, sources);
  const directory = path.join(checkout.repo.commonDir, 'realm');
  const reading = await readExport({ directory, name: `merge ${contract}` }, listed, detector);
  if (reading.kind !== 'value' || reading.extraction.unresolved.length > 0) return null;
  return { value: reading.extraction.value, schema: reading.extraction.schema };
}

/** As declared by hand; an interface document, which has no value, is something that its provider grants. */
function polarityOf(file: ContractFile | undefined): Relation['polarity'] {
  const said = isObject(file?.schema) ? polarityIn(file.schema, 0) : null;
  if (said !== null) return said;
  const isInterface = file !== undefined && (file.value ?? null) === null && file.schema !== undefined;
  return isInterface ? 'grant' : null;
}

function polarityIn(schema: JsonObject, depth: number): Relation['polarity'] {
  const own = isObject(schema['x-realm']) ? schema['x-realm'].polarity : undefined;
  if (own === 'grant' || own === 'need' || own === 'emit') return own;
  if (depth > 3 || !isObject(schema.properties)) return null;
  for (const member of Object.values(schema.properties)) {
    const found = isObject(member) ? polarityIn(member, depth + 1) : null;
    if (found !== null) return found;
  }
  return null;
}
