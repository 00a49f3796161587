import { type Context, command, verb } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { hooksDone, inHooks } from '../lib/flow/hooks.ts';
import { serverHook } from '../lib/flow/server-hook.ts';
import type { HookFinding } from '../lib/hooks/types.ts';
import { inLines } from '../lib/visible.ts';

function findingsText(findings: readonly HookFinding[]): string {
  return inLines(
    findings.flatMap((one) => {
      const why = one.reason === undefined ? '' : `: ${one.reason}`;
      const [first = '', ...more] = (one.line ?? '').split('\n');
      const add = first === '' ? [] : [`  add to ${one.lineFile ?? one.path}: ${first}`, ...more];
      return [`${one.hook}: ${one.state}${why}`, ...add];
    }),
  );
}

const act = (name: 'install' | 'uninstall' | 'status', summary: string) =>
  verb({
    name,
    summary,
    options: [{ name: 'server', summary: 'in a realm that others push to: the hook that judges every push' }],
    async run(_args, options, context: Context) {
      if (options.server) return server(name, context);
      const findings = await inHooks(flowOf(context), name);
      const missing = name === 'install' ? hooksDone(findings).words : [];
      return {
        result: { hooks: findings },
        exitCode: missing.length > 0 ? 1 : 0,
        text: findingsText(findings),
      };
    },
  });

async function server(name: 'install' | 'uninstall' | 'status', context: Context) {
  const done = await serverHook(flowOf(context), name);
  return { result: done, text: `pre-receive: ${done.state} (${done.path})` };
}

/** `git realm hooks`: the git hooks that notice drift. */
export default command({
  name: 'hooks',
  summary: 'Install, remove and look at the git hooks',
  verbs: [
    act('install', 'Put the hooks in place, beside what is there'),
    act('uninstall', 'Take them out again, byte for byte'),
    act('status', 'Show how each hook stands'),
  ],
  defaultVerb: 'status',
  exits: { 1: 'a hook stands in a place that is not ours to write to; the line to add is printed' },
});
