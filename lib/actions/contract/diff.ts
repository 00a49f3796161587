import { worstFirst } from '../../compat/differences/order.ts';
import { type SchemaChange, schemaChanges } from '../../compat/schema-changes.ts';
import type { Change, Places, Verdict } from '../../compat/types.ts';
import type { Impact } from '../../compat/usage.ts';
import { RealmError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import { impactsOf } from '../../kinds/impact.ts';
import { consumersOf } from '../../realm/exports.ts';
import { nextVersion } from '../../realm/next-version.ts';
import type { ContractFile } from '../../realm/types.ts';
import { contentFiles } from '../../store/content.ts';
import type { PastVersion } from '../../store/history.ts';
import type { Context } from '../open/context.ts';
import { inRealm, type OpenedRealm } from '../open/in-realm.ts';
import { type Address, resolveContract } from './address.ts';
import { placed, type Side, sideOf } from './lines.ts';
import { pastVersions, versionOf, versionRange } from './versions.ts';

export interface DiffOptions {
  contract: string;
  /** `<v1>..<v2>`; default: the last version against the one before it. */
  range?: string | undefined;
}

export interface DiffResult {
  domain: string;
  contract: string;
  from: VersionShown;
  to: VersionShown;
  verdict: Verdict;
  /** Worst first; with the lines of the documents, where the contract keeps them. */
  changes: (Change & Places)[];
  /** The differences as a changelog has them. */
  lines: string[];
  schema: SchemaChange[];
  /** Other keys of the contract that differ: `description`, `owner`, `compatibility`, `deprecations`. */
  other: { key: string; before: JsonValue; after: JsonValue }[];
  /** Where something is taken away: whether the consumers use it. */
  impact: Impact[];
}

export interface VersionShown {
  version: string;
  date: string;
  commit: string;
  source: string | null;
}

/** What a change from one version of a contract to another means, as publishing it would be judged. */
export const diffContract = (context: Context, options: DiffOptions): Promise<DiffResult> =>
  inRealm(context, async (opened) => {
    const asked = versionRange(options.range);
    const address = resolveContract(opened.snapshot.model, options.contract, undefined, context.note);
    const { from, to } = await sides(opened, address, asked);
    const judged = await nextVersion(from.file, {
      value: to.file.value ?? null,
      schema: schemaOf(to.file),
      schemaByHand: await byHand(opened, address, from, to),
      rules: opened.snapshot.model.governance(address.domain).rules,
    });
    const consumers = consumersOf(opened.snapshot.model, address.domain, address.contract);
    const [old, now] = [described(from.file), described(to.file)];
    return {
      ...address,
      from: versionShown(from),
      to: versionShown(to),
      verdict: judged.verdict,
      changes: await withLines(opened, worstFirst(judged.changes), from.file, to.file),
      lines: judged.lines,
      schema: schemaChanges(schemaOf(from.file), schemaOf(to.file)),
      other: OTHER_KEYS.flatMap((key) => difference(key, from.file, to.file)),
      impact: judged.breaking ? await impactsOf(to.file, old, now, consumers, judged.values) : [],
    };
  });

/** The lines of the documents that two versions keep; none where a version keeps no document, or several. */
async function withLines(
  { store }: OpenedRealm,
  changes: Change[],
  from: ContractFile,
  to: ContractFile,
): Promise<(Change & Places)[]> {
  const sides: Side[] = [];
  for (const file of [from, to]) {
    if (changes.length === 0 || file.content === undefined) return changes;
    const kept = await contentFiles(store, file.name, file.content);
    const texts = kept.map(({ path, bytes }) => ({ path, text: Buffer.from(bytes).toString('utf8') }));
    sides.push(await sideOf(texts, file.kind ?? ''));
  }
  const [old, now] = sides as [Side, Side];
  return placed(changes, old, now);
}

async function sides(
  opened: OpenedRealm,
  address: Address,
  asked: { from: string | undefined; to: string | undefined },
): Promise<{ from: PastVersion; to: PastVersion }> {
  const to = await (asked.to === undefined ? last(opened, address) : versionOf(opened, address, asked.to));
  const from = await (asked.from === undefined
    ? before(opened, address, to)
    : versionOf(opened, address, asked.from));
  // What each version says, where files beside the contract say it.
  const [was, is] = await Promise.all([from, to].map(({ file }) => opened.snapshot.loaded(file)));
  return { from: { ...from, file: was ?? from.file }, to: { ...to, file: is ?? to.file } };
}

async function last(opened: OpenedRealm, address: Address): Promise<PastVersion> {
  for await (const past of pastVersions(opened, address)) return past;
  throw new RealmError('no-such-version', `no readable version of '${address.domain}/${address.contract}'`, {
    hint: 'git realm doctor',
  });
}

async function before(opened: OpenedRealm, address: Address, to: PastVersion): Promise<PastVersion> {
  let found = false;
  for await (const past of pastVersions(opened, address)) {
    if (found) return past;
    found = past.version === to.version;
  }
  throw new RealmError(
    'no-such-version',
    `${to.version} is the first version of '${address.domain}/${address.contract}'`,
    {
      exitCode: 1,
      hint: `git realm show ${address.domain}/${address.contract}`,
    },
  );
}

/** Was the schema of any version between the two written by a person? Then it is a promise of its own. */
async function byHand(
  opened: OpenedRealm,
  address: Address,
  from: PastVersion,
  to: PastVersion,
): Promise<boolean> {
  const ends = new Set([from.commit.oid, to.commit.oid]);
  let within = false;
  for await (const { commit } of pastVersions(opened, address)) {
    const end = ends.delete(commit.oid);
    if (end) within = true;
    // The older end's own schema is what the change starts from.
    if (within && ends.size === 0) return false;
    if (within && commit.op?.schemaByHand === true) return true;
    if (within && commit.op === null) return true;
  }
  return false;
}

const versionShown = ({ version, commit, file }: PastVersion): VersionShown => ({
  version,
  date: commit.date,
  commit: commit.oid,
  source: file.source_commit ?? null,
});

const schemaOf = (file: ContractFile) => (typeof file.schema === 'object' ? file.schema : {});

const described = (file: ContractFile) => ({ value: file.value ?? null, schema: schemaOf(file) });

const OTHER_KEYS = ['description', 'owner', 'compatibility', 'deprecations'] as const;

function difference(key: (typeof OTHER_KEYS)[number], from: ContractFile, to: ContractFile) {
  const [before, after] = [from[key] ?? null, to[key] ?? null] as unknown as [JsonValue, JsonValue];
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ key, before, after }];
}
