import { examine } from '../lib/actions/doctor/doctor.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { doctorText } from '../lib/cli/render/doctor.ts';
import { Exit } from '../lib/errors.ts';

/** `git realm doctor`: what is wrong here, and the mending of it. */
export default command({
  name: 'doctor',
  summary: 'Find what is wrong with your realms, checkouts and hooks, and mend it',
  options: [{ name: 'fix', summary: 'mend what can be mended; only what git realm made is removed' }],
  exits: { 1: 'there are findings, or some are left after --fix' },
  examples: [
    { run: 'git realm doctor', why: 'look, and change nothing' },
    { run: 'git realm doctor --fix', why: 'mend, and say what is left' },
  ],
  async run(_args, options, invocation) {
    const result = await examine(contextOf(invocation), { fix: options.fix });
    return {
      result,
      exitCode: result.healthy ? Exit.ok : Exit.no,
      text: () => doctorText(result, invocation),
    };
  },
});
