import { playDemo } from '../lib/actions/join/demo.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { demoEnd, demoText } from '../lib/cli/render/demo.ts';

/** `git realm demo`: the whole story, with real repositories and the real commands. */
export default command({
  name: 'demo',
  summary: 'Demonstrate the whole workflow with two small repositories',
  options: [
    {
      name: 'path',
      value: '<directory>',
      summary: 'the folder to use, new or empty (default: a temporary folder)',
      complete: 'path',
    },
    { name: 'keep', negatable: true, default: true, summary: 'keep the folder so that you can explore it' },
  ],
  examples: [{ run: 'git realm demo', why: 'see what git realm does, in a few seconds' }],
  async run(_args, options, invocation) {
    const result = await playDemo(contextOf(invocation), {
      path: options.path,
      keep: options.keep,
      signal: invocation.signal,
      show: (event) => {
        if (!invocation.json) invocation.stdout.write(demoText(event, invocation));
      },
    });
    return { result, text: () => demoEnd(result) };
  },
});
