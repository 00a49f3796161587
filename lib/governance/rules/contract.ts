import { gt, parse } from '../../compat/semver.ts';
import { counted } from '../../count.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { kindOf } from '../../kinds/index.ts';
import { sameContent } from '../../realm/content.ts';
import { graceOf, isOver } from '../../realm/grace.ts';
import { type Judgement, nextVersion, saysMore } from '../../realm/next-version.ts';
import { dependentsOf } from '../../realm/ops/leave.ts';
import { isRetired } from '../../realm/ops/retire.ts';
import { ownerOf } from '../../realm/ownership.ts';
import { pendingUntil, releasesBelow, releasesOf } from '../../realm/releases.ts';
import { addsToSchema, mergedSchema } from '../../realm/schemas.ts';
import type { ContractFile, Release } from '../../realm/types.ts';
import { CLOCK_TOLERANCE } from '../records.ts';
import { wrongNames } from '../renames.ts';
import { asBefore, maintains, mayChange, speaksFor } from './rights.ts';
import type { FileChange, Step } from './step.ts';

/** Only the owner changes a contract, and its versions move as the verdict demands. */
export async function contract(step: Step, change: FileChange, approvedAt: number | null): Promise<string[]> {
  const { before, after, actor } = step;
  const { path, to } = change;
  const [, name = '', , file = ''] = path.split('/');
  const stem = file.slice(0, -'.yaml'.length);
  const was = before.contract(name, stem);
  const is = after.contract(name, stem);
  const archived = before.domain(name)?.archived === true && after.domain(name)?.archived === true;
  if (archived && is !== undefined && is.version !== was?.version && !step.renames?.has(path))
    return [`domain '${name}' is archived: nothing can be published or imported there`];
  const old = step.renames?.get(path);
  if (old !== undefined && is !== undefined) return renamedContract(step, change, old, is, approvedAt);
  if (to === null && [...(step.renames?.values() ?? [])].includes(path)) return mayChange(step, path);
  if (is !== undefined) {
    const wrong = wrongNames(path, was, is, (contract) => before.contractNow(name, contract));
    if (wrong.length > 0) return wrong;
    const { effective_at: due } = is;
    if (due !== undefined && due !== was?.effective_at && !isMoment(due))
      return [`'${path}' takes effect at '${due}', which is not a date`];
  }
  if (change.from === null && is !== undefined) return newContract(step, path, is, approvedAt);
  if (was !== undefined && is !== undefined && onlyDate(was, is)) return earlier(step, change, name, was, is);
  if (was !== undefined && is !== undefined && answersOffer(step, was, is)) return [];
  const refused = mayChange(step, path);
  if (refused.length > 0) return refused;
  if (was === undefined) return [];
  const owner = ownerOf(before, name, stem);
  if (to === null || is === undefined) {
    const importers = dependentsOf(before, owner ?? '').filter(
      (dependent) => dependent.domain === name && dependent.contract === stem,
    );
    // Who leaves takes along what is theirs; nobody is kept.
    const stays = owner !== undefined && (after.domain(name)?.members ?? []).includes(owner);
    const leaves = owner !== undefined && !stays && after.binding(name, owner) === undefined;
    return importers.length === 0 || leaves || isRetired(was, new Date(step.now))
      ? []
      : [
          `'${path}' cannot be removed: ${importers.map((dependent) => dependent.repo).join(', ')} imports it`,
        ];
  }
  const owned = ownerOf(after, name, stem);
  const sameOwner = owned === owner || (owned !== undefined && asBefore(step, owned) === owner);
  if (!sameOwner && (owned === undefined || !maintains(before, owned, actor)))
    return [`'${path}' cannot be transferred to '${owned ?? 'no repo'}': its maintainers did not accept it`];
  return versioned(step, { path, domain: name, was, is, approvedAt });
}

/** Under its new name it is what it was, or its next version, by the rules of the old name. */
async function renamedContract(
  step: Step,
  { path }: FileChange,
  old: string,
  is: ContractFile,
  approvedAt: number | null,
): Promise<string[]> {
  const { before, after } = step;
  const domain = path.split('/')[1] ?? '';
  const was = before.file('contract', old);
  if (was === undefined) return [`'${old}' is not valid, so it cannot be renamed`];
  const wrong = wrongNames(path, was, is, (contract) => before.contractNow(domain, contract));
  const refused = [...wrong, ...mayChange(step, old)];
  if (refused.length > 0) return refused;
  const owner = ownerOf(after, domain, is.name);
  if (owner === undefined || asBefore(step, owner) !== ownerOf(before, domain, was.name))
    return [`'${path}' changes both its owner and its name`];
  return versioned({ ...step, versions: () => step.versions(old) }, { path, domain, was, is, approvedAt });
}

/** The recipient of an offered contract accepts it unchanged, or declines it. */
function answersOffer({ before, actor }: Step, was: ContractFile, is: ContractFile): boolean {
  const { offered_to: to, owner: from, source_commit: _source, ...old } = was;
  const { offered_to: still, owner, source_commit: _none, ...now } = is;
  if (to === undefined || still !== undefined || !maintains(before, before.repoNow(to), actor)) return false;
  if (!sameJson(old as unknown as JsonValue, now as unknown as JsonValue)) return false;
  return owner === before.repoNow(to) || (owner === from && is.source_commit === was.source_commit);
}

/** Is the date from which it is in effect all that differs? */
function onlyDate(was: ContractFile, is: ContractFile): boolean {
  const { effective_at: before, ...old } = was;
  const { effective_at: after, ...now } = is;
  return before !== after && sameJson(old as unknown as JsonValue, now as unknown as JsonValue);
}

/** A grace period ends early when every consumer is ready, no matter who says so. */
async function earlier(
  step: Step,
  { path }: FileChange,
  domain: string,
  was: ContractFile,
  is: ContractFile,
): Promise<string[]> {
  const { before, actor, now } = step;
  const acknowledged = await step.acknowledged(domain, was.name);
  const grace = graceOf(before, domain, was.name, acknowledged, now);
  const due = Date.parse(is.effective_at ?? '');
  if (grace === null || !(due < Date.parse(grace.effectiveAt)))
    return [`'${path}' changes the date from which it is in effect`];
  if (!isOver(grace))
    return [
      `'${path}' ${was.version} takes effect before its grace period is over: not acknowledged by ${grace.missing.join(', ') || 'all consumers'}`,
    ];
  const owner = ownerOf(before, domain, was.name);
  const mine = [...grace.ready, owner ?? ''].some((repo) => maintains(before, repo, actor));
  return mine ? [] : mayChange(step, path);
}

/** One that was there before goes on where it stopped: taking it away and putting it back changes nothing about it. */
async function newContract(
  step: Step,
  path: string,
  is: ContractFile,
  approvedAt: number | null,
): Promise<string[]> {
  const { before, after, actor } = step;
  const domain = path.split('/')[1] ?? '';
  const owner = ownerOf(after, domain, is.name);
  if (owner === undefined) return [`contract '${domain}/${is.name}' does not name its owner`];
  if (!speaksFor(before, owner, actor))
    return [
      `only maintainers of ${owner} may publish '${domain}/${is.name}' for it: '${actor}' is not one of them`,
    ];
  if (!(after.domain(domain)?.members ?? []).includes(owner))
    return [`'${owner}' is not in domain '${domain}'`];
  const [was] = await step.versions(path);
  const beyond = releasesOf(is).find(({ version }) => isAbove(version, is.version));
  if (was === undefined && beyond !== undefined)
    return [`'${path}' publishes ${is.version}, but its changelog adds ${beyond.version}`];
  return was === undefined ? [] : versioned(step, { path, domain, was, is, approvedAt });
}

/** What is not a version is above every one. */
const isAbove = (version: string, other: string): boolean =>
  parse(version) === null || (parse(other) !== null && gt(version, other));

interface Versions {
  path: string;
  domain: string;
  was: ContractFile;
  is: ContractFile;
  approvedAt: number | null;
}

async function versioned(step: Step, versions: Versions): Promise<string[]> {
  const { path, domain, approvedAt } = versions;
  let { was, is } = versions;
  const releases = wrongReleases(path, was, is, step.now);
  if (releases !== null) return [releases];
  const promise = { backwards: true, ...was.compatibility };
  const weaker = (['backwards', 'forwards', 'transitive'] as const).find(
    (promised) => promise[promised] === true && { backwards: true, ...is.compatibility }[promised] !== true,
  );
  try {
    [was, is] = await Promise.all([compared(step, was, is), compared(step, is, was)]);
  } catch (error) {
    return [`'${path}' ${was.version} → ${is.version}: ${(error as Error).message}`];
  }
  const schema = (is.schema ?? {}) as JsonObject;
  const byHand = !sameJson(mergedSchema(was, schema), schema);
  const looksBack = was.compatibility?.transitive === true || (!byHand && addsToSchema(was, schema));
  let next: Judgement;
  try {
    next = await nextVersion(was, {
      value: is.value ?? null,
      schema,
      schemaByHand: byHand,
      version: is.version,
      described: saysMore(was, is),
      history: looksBack ? await step.versions(path) : [],
      rules: step.before.governance(domain).rules,
    });
  } catch (error) {
    return [`'${path}' ${was.version} → ${is.version}: ${(error as Error).message}`];
  }
  const rules = step.before.governance(domain);
  const turned = otherKind(was, is);
  const breaking = next.breaking || weaker !== undefined || turned !== null;
  if (is.effective_at !== was.effective_at && !breaking)
    return [`'${path}' changes the date from which it is in effect`];
  if (overtakes(was, is, step.now))
    return [`'${path}' ${is.version} takes effect before ${was.version}, which is not in effect yet`];
  if (!breaking || !rules.requireApproval || (step.proposal && approvedAt === null)) return [];
  if (approvedAt === null) {
    const why = turned ?? (weaker === undefined ? words(next.verdict) : `it no longer promises '${weaker}'`);
    return [`'${path}' ${was.version} → ${is.version} is breaking and not approved: ${why}`];
  }
  const due = approvedAt + rules.graceDays * 86_400_000;
  return rules.graceDays === 0 || Date.parse(is.effective_at ?? '') >= due - 1000
    ? []
    : [`'${path}' takes effect before its grace period of ${counted(rules.graceDays, 'day')} is over`];
}

/** Another kind compares by other rules: what would have broken under the old ones could come as its first change. */
function otherKind(was: ContractFile, is: ContractFile): string | null {
  const [before, now] = [kindOf(was).name, kindOf(is).name];
  return was.kind === is.kind || before === now ? null : `its kind changed from ${before} to ${now}`;
}

/** A day or moment that exists: JavaScript reads the 30th of February as a day in March. */
function isMoment(text: string): boolean {
  const [, year, month, day] =
    /^(\d{4})-(\d\d)-(\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.exec(text) ?? [];
  if (year === undefined || Number.isNaN(Date.parse(text))) return false;
  return new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day);
}

/** Anyone who was given time by the version before keeps it. */
function overtakes(was: ContractFile, is: ContractFile, now: number): boolean {
  const due = pendingUntil(was, now);
  return due !== null && is.version !== was.version && !(Date.parse(is.effective_at ?? '') >= due);
}

/**
 * Why a changelog is refused: it grows by the entry of a new version and by no other, and a version that is not in effect yet
 * takes its date along below a newer one.
 */
function wrongReleases(path: string, was: ContractFile, is: ContractFile, now: number): string | null {
  const all = releasesOf(is);
  const kept = keptReleases(was, is, now);
  if (kept === undefined) return `'${path}' rewrites its changelog`;
  const come = all.slice(0, all.length - kept.length);
  const [own] = come;
  if (own === undefined) return null;
  if (come.length > 1 || own.version !== is.version || kept[0]?.version === is.version)
    return `'${path}' publishes ${is.version}, but its changelog adds ${come.map(({ version }) => version).join(', ')}`;
  return own.effective_at === undefined || own.effective_at === is.effective_at
    ? null
    : `'${path}' changes the date of ${is.version} in its changelog`;
}

/** The releases that a changelog goes on from; `undefined` where it does not end in them. */
function keptReleases(was: ContractFile, is: ContractFile, now: number): readonly Release[] | undefined {
  const json = (releases: readonly Release[]) => releases as unknown as JsonValue;
  const newer = is.version !== was.version;
  // The clocks of writer and judge may differ around the date.
  const allowed = [now - CLOCK_TOLERANCE, now, now + CLOCK_TOLERANCE].map((at) =>
    newer ? releasesBelow(was, at) : releasesOf(was),
  );
  const all = releasesOf(is);
  return allowed.find(
    (kept) => all.length >= kept.length && sameJson(json(all.slice(all.length - kept.length)), json(kept)),
  );
}

/** A side with what its content says. Where the files and the version stay, there is nothing to compare. */
const compared = async (step: Step, file: ContractFile, other: ContractFile): Promise<ContractFile> =>
  file.content !== undefined && file.version === other.version && sameContent(file.content, other.content)
    ? { ...file, schema: {} }
    : step.loaded(file);

const words = (verdict: object): string =>
  'reason' in verdict && typeof verdict.reason === 'string' ? verdict.reason : 'it cannot be decided';
