import { serverHook } from '../lib/actions/hook/server-hook.ts';
import { hooksDone, inHooks } from '../lib/actions/open/hooks.ts';
import { command, type Invocation, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import type { HookFinding } from '../lib/hooks/types.ts';
import { inLines } from '../lib/visible.ts';

function findingsText(findings: readonly HookFinding[]): string {
  return inLines(
    findings.flatMap((finding) => {
      const why = finding.reason === undefined ? '' : `: ${finding.reason}`;
      const [first = '', ...more] = (finding.line ?? '').split('\n');
      const add = first === '' ? [] : [`  add to ${finding.lineFile ?? finding.path}: ${first}`, ...more];
      return [`${finding.hook}: ${finding.state}${why}`, ...add];
    }),
  );
}

const act = (name: 'install' | 'uninstall' | 'status', summary: string) =>
  verb({
    name,
    summary,
    options: [
      {
        name: 'server',
        summary: 'in a realm that others push to: install the hook that verifies every push',
      },
    ],
    async run(_args, options, invocation: Invocation) {
      if (options.server) return server(name, invocation);
      const findings = await inHooks(contextOf(invocation), name);
      const missing = name === 'install' ? hooksDone(findings).words : [];
      return {
        result: { hooks: findings },
        exitCode: missing.length > 0 ? 1 : 0,
        text: findingsText(findings),
      };
    },
  });

async function server(name: 'install' | 'uninstall' | 'status', invocation: Invocation) {
  const done = await serverHook(contextOf(invocation), name);
  return { result: done, text: `pre-receive: ${done.state} (${done.path})` };
}

/** `git realm hooks`: the git hooks that notice drift. */
export default command({
  name: 'hooks',
  summary: 'Install, remove and show the git hooks',
  verbs: [
    act('install', 'Install the hooks next to existing hooks'),
    act('uninstall', 'Remove the hooks and restore the files byte for byte'),
    act('status', 'Show the state of each hook'),
  ],
  defaultVerb: 'status',
  exits: { 1: 'a hook file does not belong to this repository; the line to add is printed' },
});
