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
  summary: 'Declare that this repository relies on a contract',
  args: [{ name: 'contract', summary: '[<domain>/]<contract>', optional: true, complete: 'contract' }],
  options: [
    { name: 'contract', value: '<contract>', summary: 'the contract', complete: 'contract' },
    {
      name: 'domain',
      value: '<domain>',
      summary: 'its domain, where the name alone is ambiguous',
      complete: 'domain',
    },
    {
      name: 'version',
      value: '<range>',
      summary: 'versions that will do, a semver range (default: ^<published>)',
    },
    { name: 'binding', value: '<path>', summary: 'the file here that uses the contract', complete: 'path' },
    {
      name: 'verify',
      value: '<reader>',
      summary: 'how what the binding uses or grants is read (default: found out)',
    },
    {
      name: 'with',
      value: '<key=value>',
      repeat: true,
      summary: 'an option of that reader, such as pointer=/limits',
    },
    { name: 'remove', summary: 'import it no longer' },
  ],
  examples: [
    {
      run: "git realm import --domain s3-access --contract s3-permissions --version '>=1.0.0' --binding cdk/stack.py",
      why: 'cdk/stack.py grants what the contract asks for',
    },
  ],
  async run(args, options, invocation) {
    const contract = options.contract ?? args.contract;
    if (contract === undefined)
      throw usageError('say which contract', 'git realm import --contract <contract>');
    if (options.remove) {
      const done = await removeImport(contextOf(invocation), contract, options.domain);
      return { result: done, text: changedText(done, `${done.subject} is imported no longer`) };
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
  if (result.commit === null) lines.push('the realm says so already');
  lines.push(...result.ended.map(endedLine));
  const shared = sharedWords(result.shared);
  if (shared !== null) lines.push(shared);
  if (result.configChanged) lines.push('updated .blue/config.yaml: commit it');
  return inLines(lines);
}
