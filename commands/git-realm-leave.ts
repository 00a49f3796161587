import { leaveRealm } from '../lib/actions/join/leave.ts';
import { sharedWords } from '../lib/actions/share/share.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm leave`: take this repository out of its realm. */
export default command({
  name: 'leave',
  summary: 'Take this repository out of its realm',
  options: [
    {
      name: 'force',
      alias: 'f',
      summary: 'leave although others import from this repository, which breaks their imports',
    },
  ],
  exits: { 1: 'others still import from this repository' },
  async run(_args, options, invocation) {
    const result = await leaveRealm(contextOf(invocation), options.force);
    const lines = [`${result.repo} left realm ${result.realm}`];
    for (const dependent of result.dependents)
      lines.push(`  ${dependent.repo} loses ${dependent.domain}/${dependent.contract} (${dependent.range})`);
    for (const notified of result.told)
      lines.push(
        `notified ${notified.repo}: ${notified.contract} was removed (${notified.repo}#${notified.number})`,
      );
    const shared = sharedWords(result.shared);
    if (shared !== null) lines.push(shared);
    lines.push('removed .blue/config.yaml and the hooks: commit the removal');
    return { result, text: inLines(lines) };
  },
});
