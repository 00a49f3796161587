import { examine } from '../lib/actions/doctor/doctor.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { doctorText } from '../lib/cli/render/doctor.ts';
import { Exit } from '../lib/errors.ts';

/** `git realm doctor`: find and fix problems. */
export default command({
  name: 'doctor',
  summary: 'Find and fix problems with your realms, checkouts and hooks',
  options: [
    { name: 'fix', summary: 'fix what can be fixed; only files that git realm created are removed' },
    { name: 'forge', summary: 'ask the forge too whether it keeps the order in which change sets merge' },
  ],
  network: true,
  exits: { 1: 'there are findings, or some remain after --fix' },
  examples: [
    { run: 'git realm doctor', why: 'check, without changing anything' },
    { run: 'git realm doctor --fix', why: 'fix what can be fixed, and list what remains' },
    { run: 'git realm doctor --forge', why: 'is the status git-realm/order a required check here?' },
  ],
  async run(_args, options, invocation) {
    const result = await examine(contextOf(invocation), { fix: options.fix, forge: options.forge });
    return {
      result,
      exitCode: result.healthy ? Exit.ok : Exit.no,
      text: () => doctorText(result, invocation),
    };
  },
});
