import { resolve } from 'node:path';
import { reportOf } from '../lib/actions/view/report.ts';
import { replaceFile } from '../lib/checkout/user-index.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { openText } from '../lib/cli/open-file.ts';
import { reportHtml } from '../lib/cli/render/report.ts';
import { usageError } from '../lib/errors.ts';

/** `git realm report`: the realm on one page. */
export default command({
  name: 'report',
  summary: 'Write a self-contained HTML page about the realm',
  options: [
    {
      name: 'output',
      alias: 'o',
      value: '<path>',
      summary: 'write it to this file (default: standard output)',
      complete: 'path',
    },
    { name: 'open', summary: 'write it to a temporary file, and open the file' },
    { name: 'count', alias: 'n', value: '<number>', default: '100', summary: 'at most this many commits' },
  ],
  examples: [{ run: 'git realm report -o realm.html', why: 'for a colleague without a checkout' }],
  async run(_args, options, invocation) {
    if (!/^[1-9]\d{0,4}$/.test(options.count))
      throw usageError(`-n needs a positive number, not '${options.count}'`, 'git realm report -n 100');
    const report = await reportOf(contextOf(invocation), Number(options.count));
    if (options.open) {
      const file = await openText('realm.html', reportHtml(report));
      return { result: { ...report, file }, text: `opened ${file}` };
    }
    if (options.output === undefined) return { result: report, text: () => reportHtml(report) };
    const file = resolve(invocation.cwd, options.output);
    await replaceFile(file, reportHtml(report));
    return { result: { ...report, file }, text: `wrote ${options.output}` };
  },
});
