import { commitChange } from '../actions/change/commit.ts';
import { createPulls } from '../actions/change/pulls/open.ts';
import { pullStatus } from '../actions/change/pulls/status.ts';
import { pushChange } from '../actions/change/push.ts';
import { addWorktrees } from '../actions/change/worktree.ts';
import { changeMembers, createDomain } from '../actions/contract/domain.ts';
import { listDomains } from '../actions/contract/domains.ts';
import { exportContract } from '../actions/contract/export.ts';
import { importContract } from '../actions/contract/import.ts';
import { syncRepo } from '../actions/contract/sync.ts';
import { initRealm } from '../actions/join/init.ts';
import { joinRealm } from '../actions/join/join.ts';
import { leaveRealm } from '../actions/join/leave.ts';
import { type Context, PlannedOnly } from '../actions/open/context.ts';
import { checkModes, checkRealm } from '../actions/view/check.ts';
import { realmGraph } from '../actions/view/graph.ts';
import { readInbox } from '../actions/view/inbox.ts';
import { sessionsOf } from '../actions/view/sessions.ts';
import { statusOf } from '../actions/view/status.ts';
import { RealmError, usageError } from '../errors.ts';
import { graphMermaid } from '../graph/mermaid.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { kindNames } from '../kinds/index.ts';
import { newPlaceFor } from './places.ts';
import { anything, boolean, flag, input, listOf, oneOf, orNull, output, string, text } from './schema.ts';

/** What a client may know of a tool before it runs it, at its worst: with `apply` (Model Invocation Protocol, `ToolAnnotations`). */
export interface Hints {
  readOnlyHint: boolean;
  /** It may take away or replace what others rely on. */
  destructiveHint: boolean;
  /** A second call with the same arguments does nothing more. */
  idempotentHint: boolean;
  /** It reaches servers: a remote, a realm's server, a forge. */
  openWorldHint: boolean;
}

const hints = (...set: ('reads' | 'destroys' | 'repeats' | 'network')[]): Hints => ({
  readOnlyHint: set.includes('reads'),
  destructiveHint: set.includes('destroys'),
  idempotentHint: !set.includes('repeats'),
  openWorldHint: set.includes('network'),
});

const MEMBERS = 'the members of the realm';
const SESSIONS = 'the members of the realm and other sessions on this machine';
const FORGE = 'the members of the realm, committers, and users of the forge';

/** A tool of the agent server, over the same function as its command. */
export interface Tool {
  name: string;
  description: string;
  inputSchema: JsonObject;
  outputSchema: JsonObject;
  hints: Hints;
  /** Whose words are in what it gives. */
  words: string;
  /** The arguments were checked against `inputSchema`. Throws what the action throws. */
  run(context: Context, args: Arguments): Promise<object>;
}

export class Arguments {
  private readonly values: JsonObject;
  constructor(values: JsonObject) {
    this.values = values;
  }
  text(name: string): string | undefined {
    const value = this.values[name];
    return typeof value === 'string' ? value : undefined;
  }
  flag(name: string, byDefault = false): boolean {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : byDefault;
  }
  list(name: string): string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }
  value(name: string): JsonValue | undefined {
    return this.values[name];
  }
}

const apply = flag('apply the changes; otherwise only show what would happen', false);
const names = (description: string): JsonObject => listOf(string, description);
const branch = text('the branch of the change set (default: that of the current worktree)');
const repos = names('only these repos');

/** What a tool that others notice gives: a plan, or the result of doing it. */
const planOrResult = (result: JsonObject): JsonObject =>
  output(
    {
      dryRun: boolean,
      plan: output({
        subject: string,
        changes: listOf(string),
        files: listOf(string),
      }),
      result,
    },
    ['dryRun'],
  );

/** Without `apply` the realm operation is planned by the same rules, refused by the same rules, and not applied. */
async function planned(
  context: Context,
  args: Arguments,
  work: (context: Context) => Promise<object>,
): Promise<object> {
  if (args.flag('apply')) return { dryRun: false, result: await work(context) };
  try {
    const result = await work({ ...context, dryRun: true });
    return { dryRun: true, plan: { subject: 'nothing to change', changes: [], files: [] }, result };
  } catch (error) {
    if (!(error instanceof PlannedOnly)) throw error;
    const { planned } = error;
    if (planned.kind === 'nothing')
      return { dryRun: true, plan: { subject: 'nothing to change', changes: [], files: [] } };
    return {
      dryRun: true,
      plan: { subject: planned.subject, changes: planned.body, files: [...planned.files.keys()] },
    };
  }
}

const run = output({ done: boolean, dryRun: boolean, branch: string });

/** Every tool that an agent may call. */
export const tools: readonly Tool[] = [
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
  {
    name: 'realm_init',
    description: 'Create a realm: a git repository that holds contracts. With a URL it is also pushed there.',
    hints: hints('network'),
    words: MEMBERS,
    inputSchema: input({
      name: text('name of the realm, in kebab-case'),
      path: text('where to create it, inside the directory of the tool'),
      url: text('the URL of its remote; needs apply'),
      apply: flag('required with url, because others see it', false),
    }),
    outputSchema: output({ name: string, path: string, commit: orNull('string'), pushed: boolean }),
    async run(context, args) {
      if (args.text('url') !== undefined && !args.flag('apply'))
        throw usageError('with a URL others see the realm', 'call it again with "apply": true');
      const path = await newPlaceFor(context, args.text('path') ?? '.');
      return initRealm(context, { name: args.text('name'), path, url: args.text('url') });
    },
  },
  {
    name: 'realm_join',
    description: 'Register this repository in a realm, or attach this clone of it.',
    hints: hints('network'),
    words: MEMBERS,
    inputSchema: input({
      realm: text('path or URL of the realm (default: the realm named in .blue/config.yaml)'),
      name: text('name in the realm'),
      detectExports: flag('detect exports in the code', true),
      hooks: flag('install the git hooks', true),
      apply,
    }),
    outputSchema: planOrResult(output({ realm: string, repo: string, commit: orNull('string') })),
    run: (context, args) =>
      planned(context, args, (world) =>
        joinRealm(world, {
          realm: args.text('realm'),
          name: args.text('name'),
          detectExports: args.flag('detectExports', true),
          hooks: args.flag('hooks', true),
          yes: false,
          ephemeral: false,
        }),
      ),
  },
  {
    name: 'realm_domain',
    description: 'List the domains, create a domain, or change its members.',
    hints: hints('destroys', 'network'),
    words: MEMBERS,
    inputSchema: input({
      action: oneOf('default: list', ['list', 'create', 'add', 'remove']),
      name: text('name of the domain, in kebab-case'),
      repos: names('the repos'),
      provider: text('the exporting repo (default: this repository)'),
      contract: text('the detected export to publish as its first contract'),
      description: text('a description of what is coordinated'),
      apply,
    }),
    outputSchema: planOrResult(output({})),
    async run(context, args) {
      const action = args.text('action') ?? 'list';
      if (action === 'list') return { dryRun: false, result: { domains: await listDomains(context) } };
      const domain = args.text('name');
      if (domain === undefined) throw usageError('specify a domain: "name"');
      return planned(context, args, (world) =>
        action === 'create'
          ? createDomain(world, {
              name: domain,
              repos: args.list('repos'),
              provider: args.text('provider'),
              contract: args.text('contract'),
              description: args.text('description'),
            })
          : changeMembers(world, action === 'add' ? 'domain-add' : 'domain-remove', {
              domain,
              repos: args.list('repos'),
            }),
      );
    },
  },
  {
    name: 'realm_leave',
    description: 'Take this repository out of its realm.',
    hints: hints('destroys', 'network'),
    words: FORGE,
    inputSchema: input({ force: flag('leave although others import from this repository', false), apply }),
    outputSchema: planOrResult(output({ repo: string, realm: string })),
    run: (context, args) => planned(context, args, (world) => leaveRealm(world, args.flag('force'))),
  },
  {
    name: 'realm_export',
    description: 'Declare or update a contract that this repository exports.',
    hints: hints('destroys', 'network'),
    words: MEMBERS,
    inputSchema: input({
      name: text('name of the contract'),
      domain: text('domain of the contract'),
      version: text('semantic version (default: the version that the change requires)'),
      value: { description: 'the value itself: any JSON' },
      sources: names('also read the value from these files'),
      kind: text(
        `the kind of contract: ${kindNames.join(', ')}, or a kind that the user allows (default: detected from the sources)`,
      ),
      detector: text('how the sources are read (default: by their content)'),
      with: names('options of the detector, each as key=value'),
      detect: flag('read the value from the sources that the detectors find', false),
      description: text('a description of the contract'),
      apply,
    }),
    outputSchema: planOrResult(
      output({ domain: string, contract: string, version: string, verdict: string }),
    ),
    run: (context, args) => {
      const value = args.value('value');
      return planned(context, args, (world) =>
        exportContract(world, {
          name: args.text('name'),
          domain: args.text('domain'),
          version: args.text('version'),
          value: value === undefined ? undefined : JSON.stringify(value),
          sources: args.list('sources'),
          detect: args.flag('detect'),
          description: args.text('description'),
          kind: args.text('kind'),
          detector: args.text('detector'),
          with: args.list('with'),
        }),
      );
    },
  },
  {
    name: 'realm_import',
    description: 'Declare that this repository uses a contract.',
    hints: hints('network'),
    words: MEMBERS,
    inputSchema: input(
      {
        contract: text('[<domain>/]<contract>'),
        domain: text('its domain'),
        version: text('accepted versions, a semver range'),
        binding: text('the file in this repository that uses it'),
        verify: text('the detector that proves that the binding covers it'),
        apply,
      },
      ['contract'],
    ),
    outputSchema: planOrResult(output({ domain: string, contract: string, range: string, status: string })),
    run: (context, args) =>
      planned(context, args, (world) =>
        importContract(world, {
          contract: args.text('contract') ?? '',
          domain: args.text('domain'),
          version: args.text('version'),
          binding: args.text('binding'),
          verify: args.text('verify'),
        }),
      ),
  },
  {
    name: 'realm_sync',
    description: 'Publish changed exports, resolve proved imports, and exchange commits with the realm.',
    hints: hints('destroys', 'network'),
    words: FORGE,
    inputSchema: input({ resolve: names('imports to mark as resolved without proof'), apply }),
    outputSchema: output({
      dryRun: boolean,
      repo: string,
      realm: string,
      exports: listOf(output({ domain: string, contract: string, outcome: string, version: string })),
      imports: listOf(output({ domain: string, contract: string, state: string, resolved: boolean })),
    }),
    run: (context, args) =>
      syncRepo(context, {
        dryRun: !args.flag('apply'),
        resolve: args.list('resolve'),
        rewound: false,
        notify: true,
      }),
  },
  {
    name: 'realm_worktree',
    description: 'Start a change across several repos: a branch and a worktree in each.',
    hints: hints('network'),
    words: MEMBERS,
    inputSchema: input({
      rfc: text('the title of the change'),
      branch: text('the branch (default: feat/<rfc>)'),
      domain: text('all members of this domain'),
      repos,
      apply,
    }),
    outputSchema: run,
    run: (context, args) =>
      addWorktrees(context, {
        rfc: args.text('rfc'),
        branch: args.text('branch'),
        domain: args.text('domain'),
        repos: args.list('repos'),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_commit',
    description: 'Commit in all worktrees of the change set, and link the commits.',
    hints: hints('repeats'),
    words: MEMBERS,
    inputSchema: input(
      {
        message: text('the message of all commits'),
        branch,
        repos,
        link: flag('link the commits', true),
        apply,
      },
      ['message'],
    ),
    outputSchema: run,
    run: (context, args) =>
      commitChange(context, {
        message: args.text('message') ?? '',
        branch: args.text('branch'),
        repos: args.list('repos'),
        link: args.flag('link', true),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_push',
    description: 'Push the branch of the change set in all its repos.',
    hints: hints('destroys', 'network'),
    words: FORGE,
    inputSchema: input({ branch, repos, apply }),
    outputSchema: run,
    run: (context, args) =>
      pushChange(context, {
        branch: args.text('branch'),
        repos: args.list('repos'),
        dryRun: !args.flag('apply'),
      }),
  },
  {
    name: 'realm_pr',
    description: 'Open or update the linked pull requests of a change set, or show their state.',
    hints: hints('network'),
    words: FORGE,
    inputSchema: input({
      action: oneOf('default: create', ['create', 'status']),
      title: text('the title of all pull requests'),
      body: text('the initial description of a new pull request'),
      draft: flag('open them as drafts', false),
      branch,
      apply,
    }),
    outputSchema: output({ branch: string }),
    run: (context, args) =>
      args.text('action') === 'status'
        ? pullStatus(context, args.text('branch'))
        : createPulls(context, {
            title: args.text('title'),
            body: args.text('body'),
            draft: args.flag('draft'),
            reviewers: [],
            labels: [],
            branch: args.text('branch'),
            dryRun: !args.flag('apply'),
          }),
  },
];

/** Throws `no-such-tool`. */
export function theTool(name: string): Tool {
  const found = tools.find((tool) => tool.name === name);
  if (found !== undefined) return found;
  throw new RealmError('no-such-tool', `there is no tool '${name}'`);
}
