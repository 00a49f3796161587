import { type Before, type MergePlan, mergePlan } from '../../change/order.ts';
import { mapPool } from '../../change/pool.ts';
import type { Ends, Reading, Relation, Standing, Standings } from '../../change/relation.ts';
import { DEFAULT_DETECTOR } from '../../checkout/drift-sources.ts';
import type { RuleLevels } from '../../compat/differences/policy.ts';
import { RealmError } from '../../errors.ts';
import { isObject, type JsonObject } from '../../json.ts';
import { isBuiltIn, kindOf, useNamed } from '../../kinds/index.ts';
import type { Cover } from '../../kinds/types.ts';
import { type Dependency, dependencies } from '../../realm/dependencies.ts';
import type { RealmModel } from '../../realm/model.ts';
import { nextVersion } from '../../realm/next-version.ts';
import type { ContractFile, DetectorEntry } from '../../realm/types.ts';
import { useReader } from '../contract/use-reader.ts';
import { type Checkouts, localWidth } from './checkouts.ts';
import { type MergeOutcome, mergeOutcomes } from './merge-results.ts';
import { asPublished, asRecorded, endsOf, isUnloaded, unlessMoving, type Ways, withSchema } from './sides.ts';
import { strayNeeds } from './stray.ts';

/** What a plan of merges is made from. */
export interface MergeFacts {
  model: RealmModel;
  branch: string;
  /** The repos of the change set. */
  members: readonly string[];
  /** Those of them whose pull request is still to merge. */
  steps: readonly string[];
  checkouts: Checkouts;
  /** A contract with what its content says (`Snapshot`). */
  loaded(file: ContractFile): Promise<ContractFile>;
  /** The providers and consumers of their contracts outside the change set, as far as they are on this machine. */
  around: Checkouts;
  /** What the pull requests already say about each other. */
  recorded?: readonly Before[];
}

/**
 * The merge order of a change set: every import that involves one of its repos, judged on the main branches as they are
 * and on what each merge would leave. A partner outside the set counts with its main branch, else with what the realm has on
 * record.
 */
export async function judgedMerges(facts: MergeFacts): Promise<PlannedMerges> {
  const { model, branch, members, steps } = facts;
  const all = new Map([...facts.around, ...facts.checkouts]);
  const touching = dependencies(model).filter(
    ({ consumer, provider }) => members.includes(consumer) || members.includes(provider ?? ''),
  );
  const outcomes = await mergeOutcomes(all, branch, steps);
  const relations = await mapPool(touching, localWidth(), async (dependency) =>
    relationOf(facts, await withContent(dependency, facts), all, outcomes),
  );
  const plan = mergePlan(exportersFirst(steps, touching), relations, facts.recorded);
  const conflicts = steps.flatMap((repo) => {
    const merged = outcomes.get(repo)?.merged;
    return merged !== undefined && 'why' in merged && merged.conflicts ? [{ repo, why: merged.why }] : [];
  });
  const unproved = plan.unproved.filter(({ why }) => !conflicts.some((conflict) => conflict.why === why));
  return { ...plan, unproved, conflicts, approvals: approvalsOf(model, relations, steps) };
}

/** A plan with what else stands between the pull requests and a published contract. */
export interface PlannedMerges extends MergePlan {
  /** Pull requests that cannot be merged as they are. */
  conflicts: { repo: string; why: string }[];
  /** Breaking changes that wait for an approver once they are merged, in words. */
  approvals: string[];
}

function approvalsOf(model: RealmModel, relations: readonly Relation[], steps: readonly string[]): string[] {
  const words = relations.flatMap(({ contract, provider, change }) => {
    const { requireApproval, approvers } = model.governance(contract.split('/')[0] ?? '');
    const breaks = change?.verdict === 'breaking' || change?.verdict === 'unknown';
    if (!steps.includes(provider) || !breaks || !requireApproval) return [];
    const who = approvers.join(' or ') || 'an approver';
    return [
      `${contract}: ${change.verdict}, so ${who} must approve it before it is published (git realm sync)`,
    ];
  });
  return [...new Set(words)];
}

/** Exporters first, for what nothing else decides. */
function exportersFirst(repos: readonly string[], list: readonly Dependency[]): string[] {
  const exporters = repos.filter((repo) => list.some((dependency) => dependency.provider === repo));
  return [...exporters, ...repos.filter((repo) => !exporters.includes(repo))];
}

/** What is published as its content says it; where that cannot be read, it stays unread. */
async function withContent(dependency: Dependency, { loaded }: MergeFacts): Promise<Dependency> {
  if (dependency.published?.content === undefined) return dependency;
  const published = await loaded(dependency.published).catch((error: unknown) => {
    if (error instanceof RealmError && error.code === 'content-unreadable') return dependency.published;
    throw error;
  });
  return { ...dependency, published };
}

async function relationOf(
  { model, steps }: Pick<MergeFacts, 'model' | 'steps'>,
  dependency: Dependency,
  checkouts: Checkouts,
  outcomes: ReadonlyMap<string, MergeOutcome>,
): Promise<Relation> {
  const { consumer, domain, contract, entry, published } = dependency;
  const provider = dependency.provider ?? '';
  const name = `${domain}/${contract}`;
  const exported = model
    .binding(domain, provider)
    ?.file.exports?.find((entry) => entry.contract === contract);
  const ways: Ways = {
    name,
    sources: exported?.source_files ?? [],
    detector: exported?.extract ?? DEFAULT_DETECTOR,
  };
  const own = checkouts.get(provider);
  const ownOutcome = outcomes.get(provider);
  const offer =
    own === undefined || ownOutcome === undefined || ways.sources.length === 0
      ? unlessMoving(asPublished(published, name), provider, own === undefined && steps.includes(provider))
      : withSchema(published, await endsOf(own, ownOutcome, ways));
  const theirs = checkouts.get(consumer);
  const theirOutcome = outcomes.get(consumer);
  const binding =
    theirs === undefined || theirOutcome === undefined
      ? unlessMoving(
          asRecorded(published, entry, consumer),
          consumer,
          theirs === undefined && steps.includes(consumer),
        )
      : await endsOf(theirs, theirOutcome, {
          name,
          sources: entry.binding === undefined ? [] : [entry.binding],
          detector: readerOf(model, dependency),
        });
  if (own !== undefined && ownOutcome !== undefined && 'value' in offer.merged) {
    const stray = await strayNeeds(own, ownOutcome, ways, offer.merged.value);
    if (stray !== null) {
      offer.merged = { unread: stray };
      offer.same = false;
    }
  }
  const standings = await standingsOf(published, offer, binding, consumer);
  return {
    provider,
    consumer,
    contract: name,
    offer,
    binding,
    change: await changeOf(published, offer, model.governance(domain).rules),
    ...directionOf(published),
    ...(standings === undefined ? {} : { standings }),
  };
}

/** How the reader of uses of an import is called; what the import says itself where its kind is not known here. */
function readerOf(
  model: RealmModel,
  { entry: { verify }, published, ...own }: Dependency,
): DetectorEntry | null {
  if (verify === undefined || published === undefined) return verify ?? null;
  const { detector, ...options } = verify;
  const use = useNamed(kindOf(published), detector);
  return use === undefined ? verify : useReader(model, own, use, options as JsonObject);
}

/** What the kind of an offer says of its uses in each of the four states; nothing where values are compared. */
async function standingsOf(
  published: ContractFile | undefined,
  offer: Ends,
  binding: Ends,
  consumer: string,
): Promise<Standings | undefined> {
  if (published === undefined || isUnloaded(published)) return undefined;
  const kind = kindOf(published);
  if (!isBuiltIn(kind) || kind.direction !== 'offers') return undefined;
  const at = async (offered: Reading, used: Reading): Promise<Standing> => {
    const unread = [offered, used].find((reading) => 'unread' in reading);
    if (unread !== undefined && 'unread' in unread) return { missing: [], doubt: unread.unread };
    if (!('value' in offered) || !('value' in used) || used.usage === undefined)
      return { missing: [], doubt: `${consumer}: how it uses ${published.name} is not on record` };
    const { value, schema } = offered.value;
    return standing(await kind.cover({ value, schema: schema ?? {} }, used.usage), consumer);
  };
  const neither = await at(offer.main, binding.main);
  const provider = offer.same ? neither : await at(offer.merged, binding.main);
  const own = binding.same ? neither : await at(offer.main, binding.merged);
  const both = offer.same ? own : binding.same ? provider : await at(offer.merged, binding.merged);
  return { neither, provider, consumer: own, both };
}

function standing(cover: Cover, consumer: string): Standing {
  if (cover.answer === 'unknown') return { missing: [], doubt: `${consumer}: ${cover.why}` };
  const missing = cover.answer === 'yes' ? [] : cover.missing;
  return {
    missing: missing.map(({ pointer, subject, why }) => ({
      key: why ?? `${pointer} ${String(subject)}`,
      words: `${consumer}: ${String(subject)}`,
    })),
    doubt: cover.answer === 'no' && cover.more !== undefined ? `${consumer}: ${cover.more}` : null,
  };
}

/** What the provider's change means by the contract's own rules. */
async function changeOf(
  published: ContractFile | undefined,
  offer: Relation['offer'],
  rules: RuleLevels,
): Promise<Relation['change']> {
  if (offer.same) return { verdict: 'equal', adds: false, removes: false };
  if (published === undefined || !('value' in offer.main) || !('value' in offer.merged)) return null;
  const [old, now] = [offer.main.value, offer.merged.value];
  const base: ContractFile = { ...published, value: old.value, schema: old.schema as JsonObject };
  const { verdict, changes } = await nextVersion(base, {
    value: now.value,
    schema: now.schema as JsonObject,
    rules,
  });
  return {
    verdict: verdict.verdict,
    adds: changes.some((change) => change.kind === 'added'),
    removes: changes.some((change) => change.kind === 'removed') || verdict.verdict === 'breaking',
  };
}

/** Written down by a person, else by what the contract is: paths are needs, an interface document is an offer. */
function directionOf(file: ContractFile | undefined): Pick<Relation, 'direction' | 'declared'> {
  const said = wordIn(file?.schema, 'polarity');
  if (said === 'grant') return { direction: 'offers', declared: true };
  if (said === 'need' || said === 'emit') return { direction: 'needs', declared: true };
  if (wordIn(file?.schema, 'kind') === 'paths') return { direction: 'needs', declared: false };
  const isInterface =
    file !== undefined && (file.value ?? null) === null && (file.schema ?? file.content) !== undefined;
  return { direction: isInterface ? 'offers' : 'agreed', declared: false };
}

/** A word of the schema's `x-realm`, at the top or at one of its properties. */
function wordIn(schema: unknown, key: 'polarity' | 'kind', depth = 0): string | null {
  if (!isObject(schema as JsonObject)) return null;
  const node = schema as JsonObject;
  const own = isObject(node['x-realm']) ? node['x-realm'][key] : undefined;
  if (typeof own === 'string') return own;
  if (depth > 3) return null;
  const below = [node.items, ...(isObject(node.properties) ? Object.values(node.properties) : [])];
  for (const member of below) {
    const found = wordIn(member, key, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
