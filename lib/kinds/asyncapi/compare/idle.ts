import { levelOf, levelOfVerdict, severity } from '../../../compat/differences/order.ts';
import { Work } from '../../../compat/schema/work.ts';
import type { Change, ValueComparison } from '../../../compat/types.ts';
import { Report } from '../../openapi/compare/report.ts';
import type { Message } from '../message.ts';
import { type Between, compareMessages } from './messages.ts';

/**
 * Messages that no operation sends or receives: what breaks in both directions breaks, and what breaks in one alone may.
 */
export async function compareIdle(
  old: readonly Message[],
  now: readonly Message[],
  where: string,
  between: Between,
): Promise<void> {
  const found: ValueComparison[] = [];
  for (const action of ['send', 'receive'] as const) {
    const report = new Report(new Work(), { kind: 'asyncapi', received: 'received', sent: 'sent' });
    const [was, is] = [old, now].map((messages) => ({ messages: [...messages], pointer: '' }));
    await compareMessages(action, [was ?? none, is ?? none], where, { ...between, report });
    found.push(report.result());
  }
  const [sent = nothing, received = nothing] = found;
  const [milder, worse] = [sent, received].sort((a, b) => badness(a) - badness(b)) as [
    ValueComparison,
    ValueComparison,
  ];
  const isCertain = milder.verdict.verdict === worse.verdict.verdict;
  between.report.include(isCertain ? worse.changes : worse.changes.map(perhaps));
}

const none = { messages: [], pointer: '' };
const nothing: ValueComparison = { verdict: { verdict: 'equal' }, changes: [] };

const badness = ({ verdict }: ValueComparison): number => severity(levelOfVerdict(verdict));

function perhaps(change: Change): Change {
  if (levelOf(change) !== 'breaking') return change;
  const { witness: _w, ...rest } = change;
  return { ...rest, level: 'unknown', reason: `${change.reason ?? ''}; no operation says who sends it` };
}
