import { nameTip, readHeads } from '../../checkout/tip.ts';
import { fetchRefs } from '../../git/fetch.ts';
import { resolveRef } from '../../git/refs.ts';
import { listRemote } from '../../git/remote.ts';
import { lastWords } from '../../git/run.ts';
import type { Checkout, Checkouts } from './checkouts.ts';
import { perHost } from './per-host.ts';

/**
 * Look at every remote: its default branch, and the branch of the change set. Only where one of them moved is it fetched.
 * Being offline is said, not fatal.
 */
export async function fetchAll(checkouts: Checkouts, branch: string | null = null): Promise<string[]> {
  const withRemote = [...checkouts.values()].filter(({ remote }) => remote !== null);
  const words = await perHost(withRemote, (checkout) => lookAt(checkout, branch));
  return words.flatMap((line) => line ?? []);
}

async function lookAt(checkout: Checkout, branch: string | null): Promise<string | null> {
  const remote = checkout.remote ?? '';
  const pinned = checkout.config.get('realm.publishBranch');
  const asked = [pinned, branch].flatMap((name) => (name == null ? [] : `refs/heads/${name}`));
  const listed = await listRemote(checkout, remote, ['HEAD', ...asked]);
  if (listed.kind === 'not-reached') {
    const why = lastWords(listed.stderr);
    return `${checkout.name}: cannot query its remote (${why}): using the last fetched state`;
  }
  const { head, refs } = listed;
  if (branch !== null) checkout.seen = refs;
  const own = pinned ?? head;
  const wanted = [own, branch].flatMap((name) => (name == null ? [] : name));
  const moved = await Promise.all(
    wanted.map(async (name) => {
      const there = refs.get(`refs/heads/${name}`) ?? (name === head ? refs.get('HEAD') : undefined);
      return (
        there !== undefined && there !== (await resolveRef(checkout.repo, `refs/remotes/${remote}/${name}`))
      );
    }),
  );
  let word: string | null = null;
  // Where the remote does not say what its HEAD is, everything is fetched.
  if (moved.includes(true) || own === null) {
    const { kind, stderr } = await fetchRefs(checkout, { remote, withTags: true });
    if (kind !== 'fetched')
      word = `${checkout.name}: cannot fetch (${lastWords(stderr)}): using the last fetched state`;
  }
  const heads = await readHeads(checkout.repo, checkout.objects, checkout.config, own ?? undefined);
  checkout.heads = await nameTip(checkout.repo, heads);
  return word;
}
