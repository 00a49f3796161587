import { bringCodeownersUp, type Codeowners, codeownersOf } from '../lib/actions/approval/codeowners.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm codeowners`: who may change what in the realm, as a forge reads it. */
export default command({
  name: 'codeowners',
  summary: 'Print the CODEOWNERS that the rules give, or compare the file with it',
  options: [
    { name: 'check', summary: "compare the realm's .github/CODEOWNERS with the rules" },
    { name: 'write', summary: "bring the realm's .github/CODEOWNERS up to the rules" },
  ],
  examples: [
    { run: 'git realm codeowners', why: 'who may change what' },
    { run: 'git realm codeowners --check', why: 'in a job of CI of the realm' },
  ],
  exits: { 1: 'the file differs from the rules, or a person wrote it' },
  async run(_args, options, invocation) {
    if (options.check && options.write) throw usageError('--check and --write exclude each other');
    if (options.write) {
      const done = await bringCodeownersUp(contextOf(invocation));
      return { result: done, text: done.why ?? 'wrote .github/CODEOWNERS' };
    }
    const result = await codeownersOf(contextOf(invocation));
    if (!options.check) return { result, text: result.text };
    return { result, exitCode: result.state === 'current' ? 0 : 1, text: () => checkText(result) };
  },
});

function checkText(result: Codeowners): string {
  const { path, state, missing, surplus } = result;
  if (state === 'current') return `${path} says what the rules say`;
  const what = {
    stale: 'differs from the rules: git realm codeowners --write',
    absent: 'is not there: git realm codeowners --write',
    'by-hand': 'was written by a person: it is left alone, and differs from the rules',
  }[state];
  return inLines([
    `${path} ${what}`,
    ...missing.map((line) => `+ ${line}`),
    ...surplus.map((line) => `- ${line}`),
  ]);
}
