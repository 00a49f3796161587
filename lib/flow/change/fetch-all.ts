import { HOST_WIDTH, hostOf, mapPool } from '../../change/pool.ts';
import { nameTip, readHeads } from '../../checkout/tip.ts';
import { resolveRevision } from '../../git/refs.ts';
import { lastWords } from '../../git/run.ts';
import type { Checkout, Checkouts } from './checkouts.ts';

/** Look at every remote, at most eight at a time per host; being offline is said, not fatal. */
export async function fetchAll(checkouts: Checkouts): Promise<string[]> {
  const byHost = new Map<string, Checkout[]>();
  for (const checkout of checkouts.values()) {
    if (checkout.remote === null) continue;
    const host = hostOf(checkout.config.get(`remote.${checkout.remote}.url`));
    byHost.set(host, [...(byHost.get(host) ?? []), checkout]);
  }
  const words = await Promise.all([...byHost.values()].map((list) => mapPool(list, HOST_WIDTH, fetchOne)));
  return words.flat().flatMap((line) => line ?? []);
}

async function fetchOne(checkout: Checkout): Promise<string | null> {
  const remote = checkout.remote ?? '';
  const args = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-maintenance', remote];
  const { code, stderr } = await checkout.git(args, { ok: [0, 1, 128] });
  const head = await resolveRevision(checkout, `refs/remotes/${remote}/HEAD`);
  // A remote added by hand has no remote HEAD here: ask it, rather than guess its default branch.
  const pinned = checkout.config.get('realm.publishBranch');
  const said = code === 0 && head === null && pinned === undefined ? await remoteHead(checkout) : undefined;
  const heads = await readHeads(checkout.repo, checkout.objects, checkout.config, said);
  checkout.heads = await nameTip(checkout.repo, heads);
  return code === 0
    ? null
    : `${checkout.name}: cannot fetch (${lastWords(stderr)}): going on from what was fetched last`;
}

async function remoteHead(checkout: Checkout): Promise<string | undefined> {
  const args = ['ls-remote', '--symref', checkout.remote ?? '', 'HEAD'];
  const { code, stdout } = await checkout.git(args, { ok: [0, 1, 128] });
  if (code !== 0) return undefined;
  return /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(stdout.toString('utf8'))?.[1];
}
