import { initRealm } from '../lib/actions/join/init.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm init`: a realm of one's own, which others join. */
export default command({
  name: 'init',
  summary: 'Create a realm: a git repository that holds contracts',
  args: [{ name: 'name', summary: 'name of the realm, in kebab-case', optional: true }],
  options: [
    { name: 'name', value: '<name>', summary: 'name of the realm (default: the directory name)' },
    { name: 'path', value: '<directory>', summary: 'where to create it (default: here)', complete: 'path' },
    {
      name: 'url',
      value: '<url>',
      summary: 'the URL of its remote; the realm is pushed there',
    },
    { name: 'bare', summary: 'without a work tree' },
  ],
  examples: [
    {
      run: 'git realm init --name letemcook --path ../realm-letemcook',
      why: 'create a realm next to your repositories',
    },
  ],
  async run(args, options, invocation) {
    const result = await initRealm(contextOf(invocation), {
      name: options.name ?? args.name,
      path: options.path,
      url: options.url,
      bare: options.bare,
    });
    const lines = [
      result.commit === null
        ? `realm ${result.name} at ${result.path}`
        : `created realm ${result.name} at ${result.path}`,
      ...(result.pushed ? [`pushed to ${result.url}`] : []),
      `next, in each repository: git realm join ${result.url ?? result.path}`,
    ];
    return { result, text: inLines(lines) };
  },
});
