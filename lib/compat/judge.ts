import { type JsonValue, sameJson } from '../json.ts';
import { levelOfVerdict, severity } from './differences/order.ts';
import { governed, type RuleLevels } from './differences/policy.ts';
import { Budget } from './paths/index.ts';
import type { Change, ValueComparison, Verdict } from './types.ts';
import { compareValues } from './values.ts';
import { type Significance, sameLine } from './version.ts';

/** What a provider promises to keep, `compatibility` in a contract's file. */
export interface Promises {
  backwards?: boolean | undefined;
  forwards?: boolean | undefined;
  /** Towards all earlier versions of the same line, not only the last one. */
  transitive?: boolean | undefined;
}

/** One version of a contract, as far as compatibility goes. */
export interface ContractVersion {
  version: string;
  /** Absent where the contract is its schema or interface document. */
  value?: JsonValue | undefined;
  schema?: JsonValue | undefined;
  description?: string | undefined;
  compatibility?: Promises | undefined;
}

/** `backwards`: what held for the old side holds for the new one; `forwards`: the converse. */
export type Direction = 'backwards' | 'forwards';

/** Compares two schemas or interface documents, in the direction old to new. */
export type SchemaComparer = (old: JsonValue, now: JsonValue) => Answer | Promise<Answer>;
type Answer = Verdict | ValueComparison;

export interface Judgement {
  /** The worst of all that the promises ask for. */
  verdict: Verdict;
  /** What the version has to answer for: the verdict, or `described` where nothing but words changed. */
  significance: Significance;
  /** The differences of values and schemas to the last version, for the changelog. */
  changes: Change[];
  /**
   * The comparison of the two values alone, before the realm's rules give its changes another level: from it follows what a
   * consumer loses.
   */
  values: ValueComparison;
  /** Which promise the verdict refers to, where it is neither `equal` nor `compatible`. */
  broken?: {
    direction: Direction;
    /** The earlier version that is not kept up with. */
    against: string;
    part: 'schema' | 'value';
  };
}

/**
 * What a new version of a contract means under the promises of the old one (docs/design/compatibility.md). Schema and value are each compared in
 * every promised direction; without a promise it is backwards. `transitive` takes in those of `history` that are on the
 * same line (same major; below 1.0.0 same minor): what an announced break left behind is not owed any more. `rules` are the
 * levels that the realm or domain gives to rules.
 */
export async function judge(
  old: ContractVersion,
  now: ContractVersion,
  compareSchemas: SchemaComparer,
  history: readonly ContractVersion[] = [],
  rules: RuleLevels = {},
): Promise<Judgement> {
  const budget = new Budget();
  const directions = promisedDirections(old.compatibility);
  const earlier = old.compatibility?.transitive
    ? history.filter((version) => sameLine(version.version, old.version))
    : [];
  const bases = [old, ...earlier.filter((version) => version.version !== old.version)];
  const valuesOf = (...asked: Parameters<typeof valueChange>) => governed(valueChange(...asked), rules);
  const schemasOf = async (from: ContractVersion, to: ContractVersion) =>
    governed(await schemaChange(from.schema, to.schema, compareSchemas), rules);
  const compared = valueChange(old, now, budget);
  const values = governed(compared, rules);
  const schemas = await schemasOf(old, now);
  const changes = [...values.changes, ...schemas.changes];

  let worst: Judgement | undefined;
  for (const base of bases) {
    for (const direction of directions) {
      const [from, to] = direction === 'backwards' ? [base, now] : [now, base];
      const known = base === old && direction === 'backwards';
      const answers = [
        ['schema', (known ? schemas : await schemasOf(from, to)).verdict],
        ['value', (known ? values : valuesOf(from, to, budget, direction)).verdict],
      ] as const;
      for (const [part, verdict] of answers) {
        if (worst && badness(verdict) <= badness(worst.verdict)) continue;
        const settled = verdict.verdict === 'equal' || verdict.verdict === 'compatible';
        worst = {
          verdict: settled
            ? verdict
            : { ...verdict, reason: `${prefix(direction, base, old)}${verdict.reason}` },
          significance: verdict.verdict,
          changes,
          values: compared,
          ...(settled ? {} : { broken: { direction, against: base.version, part } }),
        };
      }
    }
  }
  const result: Judgement = worst ?? {
    verdict: { verdict: 'equal' },
    significance: 'equal',
    changes,
    values: compared,
  };
  return { ...result, significance: significanceOf(result.verdict, old, now, changes) };
}

/** The directions that must hold. A provider that promises neither still owes its consumers the word `breaking`. */
export function promisedDirections(promises: Promises | undefined): Direction[] {
  if (!promises?.forwards) return ['backwards'];
  return promises.backwards === false ? ['forwards'] : ['backwards', 'forwards'];
}

function valueChange(
  from: ContractVersion,
  to: ContractVersion,
  budget: Budget,
  direction: Direction = 'backwards',
): ValueComparison {
  if (from.value === undefined || to.value === undefined) {
    if (from.value === to.value) return { verdict: { verdict: 'equal' }, changes: [] };
    if (from.value === undefined) return { verdict: { verdict: 'compatible' }, changes: [] };
    const reason = 'the value was removed';
    return {
      verdict: { verdict: 'breaking', witness: from.value, pointer: '', keyword: 'record', reason },
      changes: [
        {
          ...{
            kind: 'removed',
            pointer: '',
            subject: from.value,
            breaking: true,
            rule: 'value/removed',
            gone: true,
          },
          ...{ level: 'breaking', where: 'the value', witness: from.value, reason },
        },
      ],
    };
  }
  const newSchema = to.schema === undefined ? {} : { newSchema: to.schema };
  const backwards = direction === 'backwards';
  return compareValues(from.value, to.value, from.schema, { ...newSchema, budget, backwards });
}

async function schemaChange(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  compareSchemas: SchemaComparer,
): Promise<ValueComparison> {
  // No schema allows everything, as `true` does.
  const [left, right] = [from ?? true, to ?? true];
  if (sameJson(left, right)) return { verdict: { verdict: 'equal' }, changes: [] };
  const answer = await compareSchemas(left, right);
  return 'changes' in answer ? answer : { verdict: answer, changes: [] };
}

function significanceOf(
  verdict: Verdict,
  old: ContractVersion,
  now: ContractVersion,
  changes: Change[],
): Significance {
  const wordsOnly = changes.length > 0 && changes.every((change) => change.kind === 'described');
  if (verdict.verdict === 'compatible' && wordsOnly) return 'described';
  if (verdict.verdict !== 'equal') return verdict.verdict;
  const same =
    sameJson(old.schema ?? true, now.schema ?? true) && (old.description ?? '') === (now.description ?? '');
  return same ? 'equal' : 'described';
}

const badness = (verdict: Verdict): number => severity(levelOfVerdict(verdict));

function prefix(direction: Direction, base: ContractVersion, old: ContractVersion): string {
  const against = base === old ? '' : `against ${base.version}: `;
  return direction === 'forwards' ? `${against}forwards: ` : against;
}
