import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';

/** `git realm mcp`: the commands as tools for an agent. */
export default command({
  name: 'mcp',
  summary: 'Serve the commands as tools to an agent, over standard input and output',
  examples: [{ run: 'git realm mcp', why: 'what an agent is configured to start, in a repository' }],
  async run(_args, _options, context) {
    const { serveAgent } = await import('../lib/mcp/server.ts');
    const flow = { ...flowOf(context), ask: async (_question: string, fallback: boolean) => fallback };
    await serveAgent(flow, context.signal);
    return { untilSignal: true };
  },
});
