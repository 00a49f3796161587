import { type ImportResult, importContract } from '../lib/actions/contract/import.ts';
import { proofWords, stateOfProof } from '../lib/actions/contract/resolve.ts';
import { removeImport } from '../lib/actions/contract/retire.ts';
import { sharedWords } from '../lib/actions/share/share.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { endedLine } from '../lib/cli/render/ack.ts';
import { changedText } from '../lib/cli/render/changed.ts';
import { usageError } from '../lib/errors.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm import`: declare what this repo relies on. */
export default command({
  name: 'import',
  summary: 'Declare that this repository uses a contract',
  args: [{ name: 'contract', summary: '[<domain>/]<contract>', optional: true, complete: 'contract' }],
  options: [
    { name: 'contract', value: '<contract>', summary: 'the contract', complete: 'contract' },
    {
      name: 'domain',
      value: '<domain>',
      summary: 'its domain, if the name alone is ambiguous',
      complete: 'domain',
    },
    {
      name: 'version',
      value: '<range>',
      summary: 'accepted versions, a semver range (default: ^<published>)',
    },
    {
      name: 'binding',
      value: '<path>',
      summary: 'the file in this repository that uses the contract',
      complete: 'path',
    },
    {
      name: 'verify',
      value: '<reader>',
      summary: 'how to read what the binding uses or grants (default: detected)',
    },
    {
      name: 'with',
      value: '<key=value>',
      repeat: true,
      summary: 'an option of the reader, such as pointer=/limits',
    },
    { name: 'remove', summary: 'stop importing it' },
  ],
  examples: [
    {
      run: "git realm import --domain s3-access --contract s3-permissions --version '>=1.0.0' --binding cdk/stack.py",
      why: 'cdk/stack.py grants what the contract requires',
    },
  ],
  async run(args, options, invocation) {
    const contract = options.contract ?? args.contract;
    if (contract === undefined)
      throw usageError('specify a contract', 'git realm import --contract <contract>');
    if (options.remove) {
      const done = await removeImport(contextOf(invocation), contract, options.domain);
      return { result: done, text: changedText(done, `no longer imports ${done.subject}`) };
    }
    const result = await importContract(contextOf(invocation), { ...options, contract });
    return { result, text: () => importText(result) };
  },
});

function importText(result: ImportResult): string {
  const name = `${result.domain}/${result.contract}`;
  const lines = [`imports ${name} ${result.range}: ${result.status} at ${result.version}`];
  const by = result.verify === null ? '' : ` by ${result.verify}`;
  lines.push(`${stateOfProof(result.proof)}${by}: ${proofWords(result.proof, result.binding ?? '')}`);
  if (result.commit === null) lines.push('already recorded in the realm');
  lines.push(...result.ended.map(endedLine));
  const shared = sharedWords(result.shared);
  if (shared !== null) lines.push(shared);
  if (result.configChanged) lines.push('updated .blue/config.yaml: commit it');
  return inLines(lines);
}
