import type { Proposal } from '../../actions/share/proposals.ts';
import { inLines } from '../../visible.ts';

/** One line for each proposal: its name, state, commit, what it is, and who made it; one more where something is wrong with it. */
export const proposalsText = (proposals: readonly Proposal[]): string =>
  proposals.length === 0
    ? 'no open proposals'
    : inLines(
        proposals.flatMap((one) => [
          `${one.id}  ${one.state.padEnd(8)}  ${one.commit.slice(0, 12)}  ${one.subject}  (${one.author})`,
          ...problemOf(one).map((line) => `  ${line}`),
        ]),
      );

/** What was said about it, an approval or a rejection, may be there and not be read. */
const problemOf = ({ problem }: Proposal): string[] =>
  problem === null ? [] : [`its records are ignored: ${problem} (git realm doctor)`];

/** A proposal with everything one needs to decide. */
export function proposalText(one: Proposal & { diff: readonly string[]; waitsFor: string }): string {
  const decide =
    one.state === 'open'
      ? [`waits for ${one.waitsFor}: git realm approve ${one.id} --oid ${one.commit.slice(0, 12)}`]
      : [];
  return inLines([
    `${one.id} ${one.state}: ${one.subject}`,
    `by ${one.author}, ${one.date}`,
    ...one.lines.map((line) => `  ${line}`),
    ...one.records.map((record) => {
      const why = 'why' in record && record.why !== undefined ? `: ${record.why}` : '';
      return `${record.kind} by ${record.by}, ${record.at}${why}`;
    }),
    ...problemOf(one),
    ...one.diff.map((line) => `  ${line}`),
    ...decide,
  ]);
}
