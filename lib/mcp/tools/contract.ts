import { refreshMeanwhile } from '../../actions/change/pulls/refresh.ts';
import { exportContract } from '../../actions/contract/export.ts';
import { importContract } from '../../actions/contract/import.ts';
import { syncRepo } from '../../actions/contract/sync.ts';
import { kindNames } from '../../kinds/index.ts';
import { boolean, flag, input, listOf, output, string, text } from '../schema.ts';
import { apply, FORGE, hints, MEMBERS, names, planned, planOrResult, type Tool } from '../tool.ts';

/** Tools for contracts: what this repository exports, and what it relies on. */
export const contractTools: readonly Tool[] = [
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
        afterwards: refreshMeanwhile,
      }),
  },
];
