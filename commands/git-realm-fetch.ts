import { fetchFlow } from '../lib/actions/contract/fetch.ts';
import type { Accepted } from '../lib/actions/share/rewrite.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { stepWords } from '../lib/cli/render/step.ts';
import { Exit } from '../lib/errors.ts';
import { REWRITE_HINT, rewriteWords } from '../lib/store/rewrite.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm fetch`: look at the realm's remote; status and hooks never wait for it. */
export default command({
  name: 'fetch',
  summary: 'Fetch what others published, without publishing anything',
  options: [
    {
      name: 'accept-rewrite',
      summary: "accept the realm's rewritten history; an approver must accept it first",
    },
  ],
  exits: { 1: "the realm's history was rewritten, and the rewrite is not accepted yet" },
  async run(_args, options, invocation) {
    const result = await fetchFlow(contextOf(invocation), { accept: options.acceptRewrite });
    if (result.rewritten !== null)
      return {
        result,
        text: `${rewriteWords(result.rewritten)}\n${REWRITE_HINT}`,
        exitCode: Exit.no,
      };
    const moved = result.before !== result.after;
    const news = result.stale.map(
      (entry) => `${entry.state}: ${entry.domain}/${entry.contract} ${stepWords(entry.from, entry.version)}`,
    );
    const lines = [
      ...(result.accepted === null ? [] : acceptedLines(result.accepted)),
      result.remote === null
        ? `realm ${result.realm} is local: nothing to fetch`
        : moved
          ? `realm ${result.realm} is now at ${result.after?.slice(0, 12)}`
          : `nothing new in realm ${result.realm}`,
      ...news,
    ];
    return { result, text: inLines(lines) };
  },
});

function acceptedLines(accepted: Accepted): string[] {
  const { by, old, kept, replayed, dropped } = accepted;
  const now = accepted.new?.slice(0, 12) ?? 'nothing';
  return [
    `accepted by ${by}: ${old.slice(0, 12)} was replaced by ${now}`,
    ...kept.map((ref) => `  kept as ${ref}`),
    ...(replayed === 0 ? [] : [`  reapplied, not published yet: ${replayed}`]),
    ...dropped.map(({ subject, why }) => `  not reapplied: ${subject}: ${why}`),
  ];
}
