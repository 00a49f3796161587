import type { Change, ChangeLevel, ValueComparison } from '../types.ts';
import { levelOf, levelOfVerdict, severity, verdictOf } from './order.ts';

/** What a realm or domain says that rules mean: `governance.rules`, by id. */
export type RuleLevels = Readonly<Record<string, ChangeLevel>>;

/**
 * A comparison as those who govern see it: changes under their rules have the level that they gave. The verdict follows
 * where a change is what it refers to; a doubt that is not a change of its own stays.
 */
export function governed(comparison: ValueComparison, rules: RuleLevels): ValueComparison {
  const { verdict, changes } = comparison;
  if (!changes.some(({ rule }) => rule !== undefined && Object.hasOwn(rules, rule))) return comparison;
  const now = changes.map((change) => withLevel(change, rules));
  const worst = (all: readonly Change[]): Change | undefined =>
    all.reduce<Change | undefined>(
      (change, other) => (!change || rank(other) > rank(change) ? other : change),
      undefined,
    );
  const [before, after] = [worst(changes), worst(now)];
  const isSpoken = before !== undefined && levelOf(before) === levelOfVerdict(verdict);
  if (after === undefined || (!isSpoken && rank(after) <= severity(levelOfVerdict(verdict))))
    return { verdict, changes: now };
  const same = levelOf(after) === levelOfVerdict(verdict);
  return {
    verdict: same && after === now[changes.indexOf(before ?? after)] ? verdict : verdictOf(after),
    changes: now,
  };
}

function withLevel(change: Change, rules: RuleLevels): Change {
  const { rule } = change;
  const level = rule !== undefined && Object.hasOwn(rules, rule) ? rules[rule] : undefined;
  if (level === undefined) return change;
  return { ...change, level, breaking: level === 'breaking' || level === 'unknown' };
}

const rank = (change: Change): number => severity(levelOf(change));
