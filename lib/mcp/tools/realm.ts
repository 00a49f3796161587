import { changeMembers, createDomain } from '../../actions/contract/domain.ts';
import { listDomains } from '../../actions/contract/domains.ts';
import { initRealm } from '../../actions/join/init.ts';
import { joinRealm } from '../../actions/join/join.ts';
import { leaveRealm } from '../../actions/join/leave.ts';
import { usageError } from '../../errors.ts';
import { newPlaceFor } from '../places.ts';
import { boolean, flag, input, oneOf, orNull, output, string, text } from '../schema.ts';
import { apply, FORGE, hints, MEMBERS, names, planned, planOrResult, type Tool } from '../tool.ts';

/** Tools for a realm and its domains. */
export const realmTools: readonly Tool[] = [
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
];
