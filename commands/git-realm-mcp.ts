import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';

/** `git realm mcp`: the commands as tools for an agent. */
export default command({
  name: 'mcp',
  summary: 'Serve the commands as MCP tools over standard input and output',
  examples: [
    { run: 'git realm mcp', why: 'the command that an agent is configured to start, in a repository' },
  ],
  async run(_args, _options, invocation) {
    const { serveAgent } = await import('../lib/mcp/server.ts');
    const context = {
      ...contextOf(invocation),
      ask: async (_question: string, fallback: boolean) => fallback,
    };
    await serveAgent(context, invocation.signal);
    return { untilSignal: true };
  },
});
