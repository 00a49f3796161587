import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { fetchFlow } from '../lib/flow/fetch.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm fetch`: look at the realm's remote; status and hooks never wait for it. */
export default command({
  name: 'fetch',
  summary: 'Fetch what others published, without publishing anything',
  async run(_args, _options, context) {
    const result = await fetchFlow(flowOf(context));
    const moved = result.before !== result.after;
    const news = result.stale.map(
      (one) =>
        `${one.state}: ${one.domain}/${one.contract} ${one.from || 'never resolved'} → ${one.version || 'gone'}`,
    );
    const lines = [
      result.remote === null
        ? `realm ${result.realm} is local: nothing to fetch`
        : moved
          ? `realm ${result.realm} is now at ${result.after?.slice(0, 12)}`
          : `realm ${result.realm} is up to date`,
      ...news,
    ];
    return { result, text: inLines(lines) };
  },
});
