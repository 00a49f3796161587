// One of many writers: waits until the start file is there, then appends to the realm through the engine.
// usage: writer <realm> <start file> <appends> <domain> <contract> <provider>

import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { applyOp } from '../../../lib/store/engine.ts';
import { openStore } from '../../../lib/store/store.ts';
import { publication, who } from './publication.ts';

const [realm = '', start = '', appends = '0', domain = '', name = '', provider = ''] = process.argv.slice(2);

const main = async (): Promise<void> => {
  process.stdout.write('ready\n');
  for (let round = 0; !existsSync(start); round += 1) {
    if (round === 24_000) throw new Error(`${start} did not appear within two minutes`);
    await wait(5);
  }
  const store = await openStore(realm, process.env);
  for (let n = 0; n < Number(appends); n += 1)
    await applyOp(store, publication({ domain, name, provider }, 2 + n), who);
  store.close();
};

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
