import { checkModes, checkRealm } from '../../actions/view/check.ts';
import { realmGraph } from '../../actions/view/graph.ts';
import { readInbox } from '../../actions/view/inbox.ts';
import { sessionsOf } from '../../actions/view/sessions.ts';
import { statusOf } from '../../actions/view/status.ts';
import { graphMermaid } from '../../graph/mermaid.ts';
import { anything, boolean, flag, input, listOf, oneOf, orNull, output, string, text } from '../schema.ts';
import { hints, MEMBERS, names, SESSIONS, type Tool } from '../tool.ts';

/** Tools that show how things stand. */
export const viewTools: readonly Tool[] = [
  {
    name: 'realm_status',
    description:
      'Show export drift and the state of imports of this repository, after the news since the last call.',
    hints: hints('reads'),
    words: SESSIONS,
    inputSchema: input({ branch: text('the branch that this checkout represents, in CI') }),
    outputSchema: output({
      repo: string,
      realm: string,
      inbox: output({ news: listOf(anything), live: listOf(anything) }),
      exports: listOf(output({ domain: string, contract: string, version: string, drift: listOf(anything) })),
      imports: listOf(
        output({ domain: string, contract: string, range: string, state: string, changes: listOf(string) }),
      ),
    }),
    run: (context, args) => statusOf(context, args.text('branch')),
  },
  {
    name: 'realm_check',
    description: 'Check exports, imports and the realm itself, as in CI.',
    hints: hints('reads'),
    words: MEMBERS,
    inputSchema: input({
      modes: listOf(oneOf('what to check', checkModes), 'default: exporter and importer'),
      failOn: oneOf('the state that is an error', ['stale', 'broken', 'unproved', 'warning']),
      contract: text('for the mode compatibility'),
      from: text('start of the range'),
      to: text('end of the range'),
    }),
    outputSchema: output({
      ok: boolean,
      findings: listOf(output({ id: string, level: string, message: string })),
      checked: output({}),
    }),
    async run(context, args) {
      const modes = checkModes.filter((mode) => args.list('modes').includes(mode));
      const failOn = args.text('failOn') as 'stale' | 'broken' | 'unproved' | 'warning' | undefined;
      const result = await checkRealm(context, {
        modes: modes.length > 0 ? modes : ['exporter', 'importer'],
        failOn,
        contract: args.text('contract'),
        from: args.text('from'),
        to: args.text('to'),
      });
      const bad = result.findings.some(({ level }) => level === 'error' || failOn === 'warning');
      return { ok: !bad, ...result };
    },
  },
  {
    name: 'realm_graph',
    description: 'Show which repos depend on which contracts, and the state of each import; also as Mermaid.',
    hints: hints('reads'),
    words: MEMBERS,
    inputSchema: input({ domains: names('only these domains') }),
    outputSchema: output({
      realm: string,
      nodes: listOf(output({ repo: string })),
      edges: listOf(output({ consumer: string, domain: string, contract: string, state: string })),
      mermaid: string,
    }),
    async run(context, args) {
      const graph = await realmGraph(context, args.list('domains'));
      return { ...graph, mermaid: graphMermaid(graph) };
    },
  },
  {
    name: 'realm_sessions',
    description: 'Show active sessions in the realm on this machine, and their topics.',
    hints: hints('reads'),
    words: SESSIONS,
    inputSchema: input({}),
    outputSchema: output({
      realm: string,
      sessions: listOf(
        output({
          repo: string,
          pid: { type: 'integer' },
          started_at: string,
          state: string,
          active_rfc: orNull('string'),
          active_domains: listOf(string),
          exports_modified: listOf(string),
          imports_watching: listOf(string),
        }),
      ),
      trouble: orNull('string'),
    }),
    run: (context) => sessionsOf(context),
  },
  {
    name: 'realm_inbox',
    description: 'Show what changed for this repository since the last call.',
    hints: hints(),
    words: SESSIONS,
    inputSchema: input({ seen: flag('mark it as seen', false) }),
    outputSchema: output({
      repo: string,
      news: listOf(output({ kind: string })),
      live: listOf(output({ from_repo: string, domain: string, contract: string, changes: listOf(string) })),
    }),
    run: (context, args) => readInbox(context, { keep: !args.flag('seen') }),
  },
];
