import type { Proposal } from '../../actions/share/proposals.ts';
import { inLines } from '../../visible.ts';

/** One line for each proposal: its name, state, commit, what it is, and who made it; one more where something is wrong with it. */
export const proposalsText = (proposals: readonly Proposal[]): string =>
  proposals.length === 0
    ? 'no open proposals'
    : inLines(
        proposals.flatMap((proposal) => [
          `${proposal.id}  ${proposal.state.padEnd(8)}  ${proposal.commit.slice(0, 12)}  ${proposal.subject}  (${proposal.author})`,
          ...problemOf(proposal).map((line) => `  ${line}`),
        ]),
      );

/** What was said about it, an approval or a rejection, may be there and not be read. */
const problemOf = ({ problem }: Proposal): string[] =>
  problem === null ? [] : [`its records are ignored: ${problem} (git realm doctor)`];

/** A proposal with everything one needs to decide. */
export function proposalText(proposal: Proposal & { diff: readonly string[]; waitsFor: string }): string {
  const decide =
    proposal.state === 'open'
      ? [
          `waits for ${proposal.waitsFor}: git realm approve ${proposal.id} --oid ${proposal.commit.slice(0, 12)}`,
        ]
      : [];
  return inLines([
    `${proposal.id} ${proposal.state}: ${proposal.subject}`,
    `by ${proposal.author}, ${proposal.date}`,
    ...proposal.lines.map((line) => `  ${line}`),
    ...proposal.records.map((record) => {
      const why = 'why' in record && record.why !== undefined ? `: ${record.why}` : '';
      return `${record.kind} by ${record.by}, ${record.at}${why}`;
    }),
    ...problemOf(proposal),
    ...proposal.diff.map((line) => `  ${line}`),
    ...decide,
  ]);
}
