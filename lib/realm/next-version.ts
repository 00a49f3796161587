import { governed, type RuleLevels } from '../compat/differences/policy.ts';
import { judge } from '../compat/judge.ts';
import type { Change, ValueComparison, Verdict } from '../compat/types.ts';
import { bump, changelogLines, jumpOf, sameLine, versionSatisfiesVerdict } from '../compat/version.ts';
import { RealmError } from '../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../json.ts';
import { isBuiltIn, kindOf, problemOfKind } from '../kinds/index.ts';
import { compareInterfaces } from '../kinds/interfaces.ts';
import type { Content, Kind } from '../kinds/types.ts';
import { mergedSchema, owedSchema } from './schemas.ts';
import type { ContractFile } from './types.ts';

/** What publishing a value means for a contract: the verdict, the version it demands, and the changelog's lines. */
export interface Judgement {
  verdict: Verdict;
  /** `unknown` counts as breaking. */
  breaking: boolean;
  version: string;
  changes: Change[];
  lines: string[];
  /** The comparison of the two values, for `impactOf`; absent where a plug-in compared value and schema as one thing. */
  values?: ValueComparison;
}

export interface NextVersion {
  value: JsonValue;
  schema: JsonObject;
  /** The schema was given by a person and is a promise of its own; one that a detector wrote only describes the value. */
  schemaByHand?: boolean;
  /**
   * Earlier versions, the newest first: for a provider that promises to keep up with all of them (`transitive`), and for a
   * schema that says something in a place where they did.
   */
  history?: readonly ContractFile[];
  /** What the realm or domain says that rules mean (`governance.rules`), in the tree before the change. */
  rules?: RuleLevels;
  /** Words beside value and schema changed, which may have a version of their own. */
  described?: boolean;
  /**
   * A version given by hand. Throws `version-too-low` where it is lower than the verdict demands, `version-jump` where nothing
   * changed; one that leaves the line breaks, whatever changed.
   */
  version?: string | undefined;
}

/** Judge a contract's next value and schema against the published ones, by what its provider promises. */
export async function nextVersion(old: ContractFile, next: NextVersion): Promise<Judgement> {
  if (old.content !== undefined && old.schema === undefined)
    throw new Error(`contract '${old.name}' is compared without its content`);
  const schema = old.schema ?? {};
  const value = old.value ?? null;
  const equal: Judgement = {
    verdict: { verdict: 'equal' },
    breaking: false,
    version: old.version,
    changes: [],
    lines: [],
  };
  const same = sameJson(value, next.value) && sameJson(schema, next.schema);
  if (same && (next.version === undefined || next.version === old.version)) return equal;
  const foreign = await foreignKind(old);
  const describes = foreign === null && value !== null && next.schemaByHand !== true;
  const judged =
    foreign === null
      ? await judge(
          { version: old.version, value, schema, compatibility: old.compatibility },
          { version: old.version, value: next.value, schema: next.schema },
          describes
            ? () => ({ verdict: 'equal' })
            : (from, to) => compareInterfaces(from, to, old.compatibility),
          next.history,
          next.rules,
        )
      : await judgeForeign(foreign, old, next);
  const { changes } = judged;
  const values = foreign === null ? { values: judged.values } : {};
  const again = describes ? await saidOtherwise(old, next) : undefined;
  const verdict = isSettled(judged.verdict) && again !== undefined ? again : judged.verdict;
  const significance = verdict === judged.verdict ? judged.significance : verdict.verdict;
  const lines = changelogLines(changes);
  if (lines.length === 0 && !sameJson(schema, next.schema)) {
    lines.push('reason' in verdict ? `Schema: ${verdict.reason}` : 'Changed the schema');
  }
  const breaking = !isSettled(verdict);
  if (next.version === undefined)
    return { verdict, breaking, version: bump(old.version, significance), changes, lines, ...values };
  const answer = versionSatisfiesVerdict(old.version, next.version, significance);
  if (!answer.ok) {
    const because = 'reason' in verdict ? `${answer.reason}: ${verdict.reason}` : answer.reason;
    throw new RealmError('version-too-low', because, {
      hint: `--version ${answer.minimum}, or omit it`,
    });
  }
  if (!next.described && significance === 'equal') {
    const jump = jumpOf(old.version, next.version);
    if (jump !== null)
      throw new RealmError('version-jump', jump, { exitCode: 1, hint: `keep version ${old.version}` });
  }
  const leaves = !breaking && !sameLine(old.version, next.version);
  return {
    verdict: leaves ? leavesLine(old.version, next.version) : verdict,
    breaking: breaking || leaves,
    version: next.version,
    changes,
    lines: lines.length > 0 ? lines : ['Published manually'],
    ...values,
  };
}

/** The kind of a contract that names one which is not built in: from a plug-in, or one that can say nothing. */
async function foreignKind(old: ContractFile): Promise<Kind | null> {
  if (old.kind === undefined) return null;
  await problemOfKind(old.kind);
  const kind = kindOf(old);
  return isBuiltIn(kind) ? null : kind;
}

/** Value and schema are one thing for such a kind, which compares them as a whole in every direction that is promised. */
function judgeForeign(kind: Kind, old: ContractFile, next: NextVersion) {
  const whole = ({ value, schema }: Partial<Content>): JsonValue => ({
    value: value ?? null,
    schema: schema ?? {},
  });
  const compare = (from: JsonValue, to: JsonValue) =>
    kind.compare(from as unknown as Content, to as unknown as Content);
  const { version, compatibility } = old;
  return judge(
    { version, schema: whole(old), compatibility },
    { version, schema: whole(next) },
    compare,
    next.history?.map((past) => ({ version: past.version, schema: whole(past) })),
    next.rules,
  );
}

const isSettled = ({ verdict }: Verdict): boolean => verdict === 'equal' || verdict === 'compatible';

/** Nothing in it breaks, and yet everybody who relies on the line is left behind. */
const leavesLine = (old: string, version: string): Verdict => ({
  verdict: 'breaking',
  witness: `^${old}`,
  pointer: '',
  keyword: 'version',
  reason: `${version} does not satisfy '^${old}': consumers of ${old} would not get it`,
});

/** What a schema that only describes its value says otherwise than an earlier version of the line; nothing where it does not. */
async function saidOtherwise(old: ContractFile, next: NextVersion): Promise<Verdict | undefined> {
  const owed = owedSchema(old, next.history ?? []);
  if (sameJson(owed, old.schema ?? {})) return undefined;
  const said = await compareInterfaces(mergedSchema({ schema: owed }, next.schema), next.schema);
  const { verdict } = governed(said, next.rules ?? {});
  return isSettled(verdict) ? undefined : verdict;
}

/** Does a version say other words than the one before, beside its value and schema: a description, a promise? */
export const saysMore = (was: ContractFile, is: ContractFile): boolean =>
  !sameJson(wordsOf(was), wordsOf(is));

function wordsOf(file: ContractFile): JsonValue {
  const { name: _n, formerly: _f, version: _v, owner: _o, offered_to: _t, ...rest } = file;
  const {
    value: _a,
    schema: _s,
    kind: _k,
    content: _b,
    changelog: _c,
    evolution: _e,
    source_commit: _d,
    effective_at: _w,
    ...words
  } = rest;
  return words as unknown as JsonValue;
}
