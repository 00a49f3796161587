import { initRealm } from '../lib/actions/join/init.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { usageError } from '../lib/errors.ts';
import { shellWord } from '../lib/shell-word.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm init`: a realm of one's own, which others join. */
export default command({
  name: 'init',
  summary: 'Create a realm: a git repository that holds contracts',
  args: [
    {
      name: 'directory',
      summary: 'where to create it, as in git init (default: here)',
      optional: true,
      complete: 'path',
    },
  ],
  options: [
    {
      name: 'name',
      value: '<name>',
      summary: 'name of the realm, in kebab-case (default: from the directory name)',
    },
    { name: 'path', value: '<directory>', summary: 'the same as <directory>', complete: 'path' },
    {
      name: 'url',
      value: '<url>',
      summary: 'the URL of its remote; the realm is pushed there',
    },
    { name: 'bare', summary: 'without a work tree' },
  ],
  examples: [
    { run: 'git realm init ../realm-letemcook', why: 'create realm letemcook next to your repositories' },
    { run: 'git realm init --name letemcook --bare /srv/realm.git', why: 'a bare one, under another name' },
  ],
  async run(args, options, invocation) {
    const { directory } = args;
    if (directory !== undefined && options.path !== undefined && directory !== options.path)
      throw usageError(`two directories are given: '${directory}' and --path '${options.path}'`);
    const result = await initRealm(contextOf(invocation), {
      name: options.name,
      path: directory ?? options.path,
      url: options.url,
      bare: options.bare,
    });
    const lines = [
      result.commit === null
        ? `realm ${result.name} at ${result.path}`
        : `created realm ${result.name} at ${result.path}`,
      ...(result.pushed ? [`pushed to ${result.url}`] : []),
      `next, in each repository: git realm join ${shellWord(result.url ?? result.path)}`,
    ];
    return { result, text: inLines(lines) };
  },
});
