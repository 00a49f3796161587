import { nameTip, readHeads } from '../../checkout/tip.ts';
import { resolveRef } from '../../git/refs.ts';
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
  const listed = await checkout.git(['ls-remote', '--symref', remote, 'HEAD', ...asked], { ok: [0, 1, 128] });
  if (listed.code !== 0) {
    const why = lastWords(listed.stderr);
    return `${checkout.name}: cannot look at its remote (${why}): going on from what was fetched last`;
  }
  const { said, refs } = remoteRefsIn(listed.stdout.toString('utf8'));
  if (branch !== null) checkout.seen = refs;
  const own = pinned ?? said;
  const wanted = [own, branch].flatMap((name) => (name == null ? [] : name));
  const moved = await Promise.all(
    wanted.map(async (name) => {
      const there = refs.get(`refs/heads/${name}`) ?? (name === said ? refs.get('HEAD') : undefined);
      return (
        there !== undefined && there !== (await resolveRef(checkout.repo, `refs/remotes/${remote}/${name}`))
      );
    }),
  );
  let word: string | null = null;
  // Where the remote does not say what its HEAD is, everything is fetched.
  if (moved.includes(true) || own === undefined) {
    const fetch = ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-maintenance', remote];
    const { code, stderr } = await checkout.git(fetch, { ok: [0, 1, 128] });
    if (code !== 0)
      word = `${checkout.name}: cannot fetch (${lastWords(stderr)}): going on from what was fetched last`;
  }
  const heads = await readHeads(checkout.repo, checkout.objects, checkout.config, own);
  checkout.heads = await nameTip(checkout.repo, heads);
  return word;
}

/** `ref: <name> TAB HEAD`, `<oid> TAB <name>` (git-ls-remote(1)). */
function remoteRefsIn(text: string): { said: string | undefined; refs: Map<string, string> } {
  const refs = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [value = '', name = ''] = line.split('\t');
    if (/^[0-9a-f]{40,64}$/.test(value)) refs.set(name, value);
  }
  return { said: /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(text)?.[1], refs };
}
