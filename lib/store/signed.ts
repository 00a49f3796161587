import { personIn } from '../git/commit.ts';
import { listCommits } from '../git/rev-list.ts';
import { readCommit } from './read-commit.ts';
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
  const commits = await listCommits(store.repo, { tips: [to], not: from === null ? [] : [from] });
  const trust = await trustAt(store, published);
  try {
    for (const oid of commits) {
      const commit = await readCommit(store, oid);
      if (commit === null) continue;
      const { email } = personIn(commit.committer);
      const said = await checkSignature(trust, { repo: store.repo, commit, email, now: new Date() });
      if (said.kind !== 'good') return true;
    }
    return false;
  } finally {
    await trust.close();
  }
}
