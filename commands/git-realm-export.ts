import { explainExport } from '../lib/actions/contract/explain.ts';
import { type ExportResult, exportContract } from '../lib/actions/contract/export.ts';
import { removeContract } from '../lib/actions/contract/retire.ts';
import { sharedWords } from '../lib/actions/share/share.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { usageError } from '../lib/errors.ts';
import { kindNames } from '../lib/kinds/index.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm export`: declare what this repo offers to others. */
export default command({
  name: 'export',
  summary: 'Declare or update a contract that this repository exports',
  args: [{ name: 'name', summary: 'name of the contract', optional: true, complete: 'contract' }],
  options: [
    { name: 'name', value: '<contract>', summary: 'name of the contract', complete: 'contract' },
    {
      name: 'domain',
      value: '<domain>',
      summary: 'domain of the contract (default: the only domain)',
      complete: 'domain',
    },
    {
      name: 'version',
      value: '<version>',
      summary: 'semantic version (default: the version that the change requires)',
    },
    {
      name: 'source',
      value: '<path>',
      repeat: true,
      summary: 'also read the value from these files (a pathspec)',
      complete: 'path',
    },
    { name: 'detect', summary: 'read the value from the sources that the detectors find' },
    {
      name: 'explain',
      summary: 'only show what was found, how, and what was not resolved, without writing anything',
    },
    {
      name: 'kind',
      value: '<kind>',
      summary: 'the kind of contract (default: detected from the sources)',
      complete: kindNames,
    },
    { name: 'detector', value: '<name>', summary: 'how the sources are read (default: by their content)' },
    {
      name: 'with',
      value: '<key=value>',
      repeat: true,
      summary: 'an option of the detector, such as pointer=/paths',
    },
    { name: 'value', value: '<json>', summary: 'the value itself, instead of a source' },
    {
      name: 'file',
      value: '<path>',
      summary: 'a YAML or JSON file with the value, instead of a source',
      complete: 'path',
    },
    {
      name: 'schema',
      value: '<path>',
      summary: "a YAML or JSON file with the contract's JSON Schema",
      complete: 'path',
    },
    { name: 'description', value: '<text>', summary: 'a description of the contract' },
    { name: 'remove', summary: 'stop exporting it; the contract is removed if it has no consumers' },
  ],
  examples: [
    {
      run: 'git realm export --name s3-permissions --source models/metrics.py',
      why: 'add a file that holds paths',
    },
    {
      run: `git realm export --name limits --domain api --value '{"rate": 100}'`,
      why: 'a value without a source never drifts',
    },
  ],
  async run(args, options, invocation) {
    const { source, remove, ...rest } = options;
    if (remove) {
      const named = options.name ?? args.name;
      if (named === undefined) throw usageError('specify a contract', 'git realm export --remove <contract>');
      const contract = options.domain === undefined ? named : `${options.domain}/${named}`;
      const done = await removeContract(contextOf(invocation), contract, false);
      return { result: done, text: changedText(done, `removed ${done.subject}`) };
    }
    if (options.explain) {
      const result = await explainExport(contextOf(invocation), {
        ...rest,
        name: options.name ?? args.name,
        sources: source,
      });
      return { result, text: () => result.text };
    }
    const result = await exportContract(contextOf(invocation), {
      ...rest,
      name: options.name ?? args.name,
      sources: source,
    });
    return { result, text: () => exportText(result) };
  },
});

function exportText(result: ExportResult): string {
  const name = `${result.domain}/${result.contract}`;
  const lines = [];
  if (result.commit === null) lines.push(`${name} ${result.version} is already up to date`);
  else if (result.verdict === 'new') lines.push(`published ${name} ${result.version}`);
  else if (result.changes.length > 0) lines.push(`published ${name} ${result.version} (${result.verdict})`);
  else lines.push(`${name} ${result.version} is read from ${result.sources.join(', ')}`);
  lines.push(...result.changes.map((change) => `  ${change}`));
  if (result.pending !== null)
    lines.push(`the new sources take effect once they are pushed: ${result.pending}`);
  const shared = sharedWords(result.shared);
  if (shared !== null) lines.push(shared);
  if (result.configChanged) lines.push('updated .blue/config.yaml: commit it');
  return inLines(lines);
}
