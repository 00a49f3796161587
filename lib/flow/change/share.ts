import type { JournalRecord } from '../../change/types.ts';
import type { Flow } from '../flow.ts';
import type { Workspace } from '../workspace.ts';

/** Push a journal to the realm's remote, so that a colleague or CI can take over; without a network it stays here. */
export async function shareJournal(_flow: Flow, workspace: Workspace, record: JournalRecord): Promise<void> {
  const remote = await workspace.store.remote();
  if (remote === null) return;
  const ref = `refs/realm/ops/${record.id}`;
  // Append-only: a journal that another process took over is not pushed over.
  await workspace.store.repo.git(['push', '--quiet', '--no-verify', remote, `${ref}:${ref}`], {
    ok: [0, 1, 128],
  });
}
