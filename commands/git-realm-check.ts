import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { paint } from '../lib/cli/terminal.ts';
import { Exit, usageError } from '../lib/errors.ts';
import { type CheckResult, checkRepo } from '../lib/flow/check.ts';

/** `git realm check`: the answer for CI, as an exit status. */
export default command({
  name: 'check',
  summary: 'Check that exports equal their contracts and imports are current',
  options: [
    { name: 'exports', summary: 'only what this repository exports' },
    { name: 'imports', summary: 'only what it imports' },
    {
      name: 'fail-on',
      value: '<state>',
      default: 'stale',
      summary: 'stale, or broken: a stale import is then a warning',
      complete: ['stale', 'broken'],
    },
    {
      name: 'branch',
      value: '<branch>',
      summary: 'the branch this checkout stands for, in CI',
      complete: 'branch',
    },
  ],
  exits: { 1: 'there are findings' },
  examples: [{ run: 'git realm check --imports --fail-on broken', why: 'in CI of a consumer' }],
  async run(_args, options, context) {
    const { failOn } = options;
    if (failOn !== 'stale' && failOn !== 'broken')
      throw usageError(`--fail-on '${failOn}' is neither stale nor broken`);
    const both = options.exports === options.imports;
    const result = await checkRepo(flowOf(context), {
      exports: both || options.exports,
      imports: both || options.imports,
      failOn,
      branch: options.branch,
    });
    const bad = result.findings.some((one) => one.level === 'error');
    return { result, exitCode: bad ? Exit.no : Exit.ok, text: () => checkText(result, context) };
  },
});

function checkText(result: CheckResult, paper: { colour: boolean }): string {
  const { exports, imports } = result.checked;
  if (result.findings.length === 0) return `no findings: ${exports} exports, ${imports} imports`;
  return result.findings
    .map((one) => {
      const at = one.path === undefined ? '' : `${one.path}${one.line === undefined ? '' : `:${one.line}`}: `;
      const hint = one.hint === undefined ? '' : `\n  ${one.hint}`;
      return `${at}${paint(paper, one.level === 'error' ? 'red' : 'yellow', one.level)}: ${one.message}${hint}`;
    })
    .join('\n');
}
