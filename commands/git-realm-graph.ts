import { realmGraph } from '../lib/actions/view/graph.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { openText } from '../lib/cli/open-file.ts';
import { usageError } from '../lib/errors.ts';
import { graphDot } from '../lib/graph/dot.ts';
import type { Graph } from '../lib/graph/graph.ts';
import { graphMermaid } from '../lib/graph/mermaid.ts';
import { graphSvg } from '../lib/graph/svg.ts';
import { graphText } from '../lib/graph/text.ts';

const formats: Record<string, (graph: Graph) => string> = {
  text: graphText,
  mermaid: graphMermaid,
  dot: graphDot,
  svg: graphSvg,
};

/** `git realm graph`: which repos depend on which contracts, and in what state. */
export default command({
  name: 'graph',
  summary: 'Show which repos depend on which contracts, and in what state',
  options: [
    {
      name: 'format',
      value: '<format>',
      default: 'text',
      summary: 'text, mermaid, dot or svg',
      complete: ['text', 'mermaid', 'dot', 'svg'],
    },
    {
      name: 'domain',
      value: '<domain>',
      repeat: true,
      summary: 'only this domain; can be repeated',
      complete: 'domain',
    },
    { name: 'open', summary: 'draw it as SVG in a temporary file, and open the file' },
  ],
  examples: [
    { run: 'git realm graph', why: 'domains, contracts, and the consumers of each' },
    { run: 'git realm graph --format svg >realm.svg', why: 'a picture' },
    { run: 'git realm graph --format mermaid', why: 'for a Markdown file on a forge' },
  ],
  async run(_args, options, invocation) {
    const render = Object.hasOwn(formats, options.format) ? formats[options.format] : undefined;
    if (render === undefined)
      throw usageError(
        `--format must be one of ${Object.keys(formats).join(', ')}, not '${options.format}'`,
        'git realm graph --format mermaid',
      );
    const graph = await realmGraph(contextOf(invocation), options.domain);
    if (!options.open) return { result: graph, text: () => render(graph) };
    const file = await openText('realm.svg', graphSvg(graph));
    return { result: { ...graph, file }, text: `opened ${file}` };
  },
});
