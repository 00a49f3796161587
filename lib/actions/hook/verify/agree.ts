import type { FileChange, Side } from '../../../governance/rules/step.ts';
import type { Snapshot } from '../../../store/snapshot.ts';

/** Why the realm that is judged does not change as its files do, path by path; `null`: it does. */
export function modelProblem(
  before: Snapshot,
  after: Snapshot,
  changes: readonly FileChange[],
): string | null {
  const other = changes.find(({ path, from, to }) => !shows(before, path, from) || !shows(after, path, to));
  return other === undefined ? null : `the realm as read differs from its trees at '${other.path}'`;
}

/** Links and submodules are not files of a realm: it shows none, or says that they are odd. */
function shows(snapshot: Snapshot, path: string, side: Side | null): boolean {
  const shown = snapshot.oidAt(path);
  if (side === null) return shown === undefined;
  return shown === side.oid || (shown === undefined && /^1[26]0000$/.test(side.mode));
}
