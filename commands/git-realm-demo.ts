import { command } from '../lib/cli/command.ts';
import { flowOf } from '../lib/cli/flow.ts';
import { demoEnd, demoText } from '../lib/cli/render/demo.ts';
import { playDemo } from '../lib/flow/demo.ts';

/** `git realm demo`: the whole story, with real repositories and the real commands. */
export default command({
  name: 'demo',
  summary: 'Play the whole story with two small repositories in a new folder',
  options: [
    {
      name: 'path',
      value: '<directory>',
      summary: 'the folder to play in, new or empty (default: a temporary one)',
      complete: 'path',
    },
    { name: 'keep', negatable: true, default: true, summary: 'leave the folder for you to look around' },
  ],
  examples: [{ run: 'git realm demo', why: 'see what git realm does, in a few seconds' }],
  async run(_args, options, context) {
    const result = await playDemo(flowOf(context), {
      path: options.path,
      keep: options.keep,
      signal: context.signal,
      show: (event) => {
        if (!context.json) context.stdout.write(demoText(event, context));
      },
    });
    return { result, text: () => demoEnd(result) };
  },
});
