import type { DetectedExport } from '../lib/actions/contract/detect.ts';
import { changeMembers, createDomain } from '../lib/actions/contract/domain.ts';
import { listDomains, showDomain } from '../lib/actions/contract/domains.ts';
import { archiveDomain } from '../lib/actions/contract/rename.ts';
import { dropDomain } from '../lib/actions/contract/retire.ts';
import { sharedWords } from '../lib/actions/share/share.ts';
import { command, verb } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { domainsText, domainText } from '../lib/cli/render/domain.ts';
import { usageError } from '../lib/errors.ts';
import { shellWord } from '../lib/shell-word.ts';
import { inLines } from '../lib/visible.ts';

const list = (text: string | undefined): string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const given = (positional: string | undefined, option: string | undefined): string => {
  const name = option ?? positional;
  if (name === undefined) throw usageError('specify a domain', 'git realm domain list');
  return name;
};

/** The command that publishes what was detected. */
const exportWords = (domain: string) => (found: DetectedExport) => {
  const sources = found.source_files.map((path) => `--source ${shellWord(path)}`).join(' ');
  return `  git realm export --name ${found.name} --domain ${domain} --detector ${found.detector} ${sources}`;
};

const nameArg = { name: 'name', summary: 'name of the domain', optional: true, complete: 'domain' } as const;
const nameOption = { name: 'name', value: '<domain>', summary: 'name of the domain' } as const;
const reposOption = {
  name: 'repos',
  value: '<a,b>',
  summary: 'repos, separated by commas',
  complete: 'repo',
} as const;

const create = verb({
  name: 'create',
  summary: 'Create a coordination context between repos',
  args: [nameArg],
  options: [
    nameOption,
    reposOption,
    {
      name: 'provider',
      value: '<repo>',
      summary: 'the exporting repo (default: this repository)',
      complete: 'repo',
    },
    {
      name: 'contract',
      value: '<name>',
      summary:
        'publish the detected export of that name as the first contract (default: the only detected export)',
    },
    { name: 'description', value: '<text>', summary: 'a description of what is coordinated' },
  ],
  examples: [
    {
      run: 'git realm domain create s3-access --repos aperture,fungal-image-analysis --contract s3-permissions',
      why: 'aperture, the current repository, exports; fungal-image-analysis consumes',
    },
  ],
  async run(args, options, invocation) {
    const result = await createDomain(contextOf(invocation), {
      name: given(args.name, options.name),
      repos: list(options.repos),
      provider: options.provider,
      contract: options.contract,
      description: options.description,
    });
    const lines = [`created domain ${result.domain}`];
    for (const member of result.members)
      lines.push(`  ${member.repo}: ${member.role}${member.joined ? '' : ' (invited: has not joined)'}`);
    for (const contract of result.contracts)
      lines.push(`contract ${contract.name} ${contract.version} from ${contract.sources.join(', ')}`);
    if (result.detected.length > 0)
      lines.push(
        'detected here but not published; to publish:',
        ...result.detected.map(exportWords(result.domain)),
      );
    const shared = sharedWords(result.shared);
    if (shared !== null) lines.push(shared);
    if (result.configChanged) lines.push('updated .blue/config.yaml: commit it');
    return { result, text: inLines(lines) };
  },
});

const members = (which: 'add' | 'remove') =>
  verb({
    name: which,
    summary:
      which === 'add'
        ? 'Add repos to a domain'
        : 'Remove repos that export and import nothing in a domain; without repos, remove the domain',
    args: [nameArg, { name: 'repos', summary: 'the repos', optional: true, repeat: true, complete: 'repo' }],
    options: [
      nameOption,
      reposOption,
      {
        name: 'role',
        value: '<role>',
        summary: 'provider, consumer or both (default: consumer)',
        complete: ['provider', 'consumer', 'both'],
      },
    ],
    async run(args, options, invocation) {
      const { role } = options;
      const repos = [...list(options.repos), ...args.repos];
      if (which === 'remove' && repos.length === 0) {
        const name = given(args.name, options.name);
        const done = await dropDomain(contextOf(invocation), name);
        return { result: done, text: changedText(done, `removed domain ${name}`) };
      }
      if (role !== undefined && role !== 'provider' && role !== 'consumer' && role !== 'both') {
        throw usageError(`'${role}' is not a valid role`, '--role provider, consumer or both');
      }
      const result = await changeMembers(contextOf(invocation), `domain-${which}`, {
        domain: given(args.name, options.name),
        repos,
        role,
      });
      const done = which === 'add' ? 'added to' : 'removed from';
      const lines = [result.why ?? `${done} ${result.domain}: ${result.repos.join(', ')}`];
      const shared = sharedWords(result.shared);
      return { result, text: inLines([...lines, ...(shared === null ? [] : [shared])]) };
    },
  });

/** `git realm domain`: the relationships between repos. */
export default command({
  name: 'domain',
  summary: 'Create and show domains: which repos coordinate, and in what role',
  verbs: [
    create,
    verb({
      name: 'list',
      summary: 'List the domains of the realm',
      options: [],
      async run(_args, _options, invocation) {
        const result = await listDomains(contextOf(invocation));
        return { result, text: () => domainsText(result) };
      },
    }),
    verb({
      name: 'show',
      summary: 'Show a domain: its members, contracts and imports',
      args: [nameArg],
      options: [nameOption],
      async run(args, options, invocation) {
        const result = await showDomain(contextOf(invocation), given(args.name, options.name));
        return { result, text: () => domainText(result) };
      },
    }),
    members('add'),
    members('remove'),
    verb({
      name: 'archive',
      summary: 'Archive a domain: nothing can be published or imported there any more',
      args: [nameArg],
      options: [nameOption, { name: 'undo', summary: 'take it out of the archive' }],
      exits: { 1: 'a contract there still has consumers' },
      async run(args, options, invocation) {
        const name = given(args.name, options.name);
        const done = await archiveDomain(contextOf(invocation), name, !options.undo);
        const words = options.undo ? `unarchived domain ${name}` : `archived domain ${name}`;
        return { result: done, text: changedText(done, words) };
      },
    }),
  ],
  defaultVerb: 'list',
});
