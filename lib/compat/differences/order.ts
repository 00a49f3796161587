import { shown } from '../shown.ts';
import { type Change, type ChangeLevel, levels, type ValueComparison, type Verdict } from '../types.ts';

/** How bad a level is, of a change or of a verdict: the higher the worse. The order is that of `levels`, and of nothing else. */
export const severity = (level: ChangeLevel): number => levels.length - 1 - levels.indexOf(level);

/** A verdict as a level: where all is equal, there is nothing. */
export const levelOfVerdict = ({ verdict }: Verdict): ChangeLevel => (verdict === 'equal' ? 'none' : verdict);

/** The worse of two verdicts; the first where they are as bad. */
export const worse = (a: Verdict, b: Verdict): Verdict =>
  severity(levelOfVerdict(b)) > severity(levelOfVerdict(a)) ? b : a;

/** Worst first, and otherwise in the order in which they were found. */
export const worstFirst = (changes: readonly Change[]): Change[] =>
  [...changes].sort((a, b) => severity(levelOf(b)) - severity(levelOf(a)));

/** The level of a change, also of one that was recorded without. */
export const levelOf = (change: Change): ChangeLevel =>
  change.level ?? (change.breaking ? 'breaking' : change.kind === 'described' ? 'none' : 'compatible');

/** `GET /a → 200 → [].b: property removed`. */
export function changeWords({ where, reason, subject, before, pointer }: Change): string {
  const what =
    reason ?? (before === undefined ? shown(subject) : `${shown(before)} became ${shown(subject)}`);
  const place = where ?? (pointer === '' ? undefined : pointer.slice(1));
  return place === undefined ? what : `${place}: ${what}`;
}

/** The verdict that one change makes. */
export function verdictOf(change: Change): Verdict {
  const level = levelOf(change);
  if (level === 'compatible') return { verdict: 'compatible' };
  if (level === 'none') return { verdict: 'equal' };
  const { pointer, oldPointer, rule = '', where } = change;
  const said = change.reason ?? String(change.subject);
  const reason = where === undefined ? said : `${where}: ${said}`;
  const at = { pointer: pointer || oldPointer || '', keyword: rule.slice(rule.indexOf('/') + 1) };
  return level === 'unknown'
    ? { verdict: 'unknown', reason, ...at }
    : { verdict: 'breaking', witness: change.witness ?? where ?? change.subject, reason, ...at };
}

/** The same by its reason alone, which names the place already. */
export const verdictByReason = ({ where: _where, ...change }: Change): Verdict => verdictOf(change);

/** All changes between two versions, worst first, with the verdict of the worst; words alone are compatible. */
export function judged(changes: readonly Change[], verdictFor = verdictOf): ValueComparison {
  const sorted = worstFirst(changes);
  const [worst] = sorted;
  if (worst === undefined) return { verdict: { verdict: 'equal' }, changes: sorted };
  const verdict: Verdict = levelOf(worst) === 'none' ? { verdict: 'compatible' } : verdictFor(worst);
  return { verdict, changes: sorted };
}
