import { readCommit } from './engine.ts';
import { readSnapshot } from './snapshot.ts';
import type { Store } from './store.ts';
import { checkSignature, trustAt } from './trust.ts';

/**
 * Do commits that wait to be pushed lack a signature that the realm's rules, as they are published, ask for? They were made
 * before it asked, or with a key that does not count: their author signs them again.
 */
export async function lackSignature(
  store: Store,
  published: string,
  from: string | null,
  to: string,
): Promise<boolean> {
  const { model } = await readSnapshot(store, published);
  if (model.realm?.trust?.require_signed_commits !== true) return false;
  const list = await store.repo.git(['rev-list', to, ...(from === null ? [] : [`^${from}`])]);
  const trust = await trustAt(store, published);
  try {
    for (const oid of list.stdout.toString('latin1').split('\n').filter(Boolean)) {
      const commit = await readCommit(store, oid);
      const email = /<([^>]*)>/.exec(commit?.committer ?? '')?.[1] ?? '';
      if (commit === null) continue;
      const said = await checkSignature(trust, { repo: store.repo, commit, email, now: new Date() });
      if (said.kind !== 'good') return true;
    }
    return false;
  } finally {
    await trust.close();
  }
}
