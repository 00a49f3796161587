// Times one append at a time in a bare realm, and prints the medians as JSON.
// usage: single <realm> <contracts> <rounds>

import { spawnSync } from 'node:child_process';
import { applyOp } from '../../../lib/store/engine.ts';
import { openStore, type Store } from '../../../lib/store/store.ts';
import { type Contender, race } from './measure.ts';
import { publication, who } from './publication.ts';
import { type BenchContract, contractAt } from './realm.ts';

const [realm = '', contracts = '1', rounds = '0'] = process.argv.slice(2);

/** The contracts take turns, so that no changelog grows longer than changelogs are. */
let turn = 0;
function next(): { contract: BenchContract; minor: number } {
  turn += 1;
  const size = Number(contracts);
  return { contract: contractAt(turn % size, size), minor: 2 + Math.floor(turn / size) };
}

async function main(): Promise<void> {
  const kept = await openStore(realm, process.env);
  let fresh = await openStore(realm, process.env);
  const renew = async (): Promise<void> => {
    fresh.close();
    fresh = await openStore(realm, process.env);
  };
  const times = await race(
    {
      byHand: byHand(),
      engine: { run: () => append(kept) },
      first: { before: renew, run: () => append(fresh) },
    },
    Number(rounds),
  );
  kept.close();
  fresh.close();
  console.log(JSON.stringify(times));
}

async function append(store: Store): Promise<void> {
  const { contract, minor } = next();
  const { commit } = await applyOp(store, publication(contract, minor), who);
  if (commit === null) throw new Error('the engine made no commit');
}

/** The stream is made beforehand: the contract's next text on top of the tip. */
function byHand(): Contender {
  let stream = '';
  return {
    before: () => {
      const { contract, minor } = next();
      const file = `domains/${contract.domain}/contracts/${contract.name}.yaml`;
      const text = git(['show', `main:${file}`]).replace(/^version: .*/m, `version: 1.${minor}.0`);
      const message = `${contract.domain}/${contract.name}: 1.${minor}.0`;
      stream = `commit refs/heads/main\ncommitter Bench <bench@example.com> ${1769248800 + minor} +0000
data ${message.length}\n${message}\nfrom ${git(['rev-parse', 'main'])}M 100644 inline ${file}
data ${Buffer.byteLength(text)}\n${text}\ndone\n`;
    },
    run: () => git(['fast-import', '--quiet', '--done'], stream),
  };
}

function git(args: string[], input = ''): string {
  const done = spawnSync('git', ['-C', realm, ...args], { input, encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
