import { RealmError } from '../../errors.ts';
import { discover } from '../../git/repository.ts';
import { activeRepos, changeSetOf, changeSets, type TrackedChange } from '../../realm/change-sets.ts';
import type { Flow } from '../flow.ts';
import type { Workspace } from '../workspace.ts';

/**
 * The change set that is meant: by `--branch`, by the branch checked out where the user is, else the only active one that
 * this repo takes part in. Throws `no-such-change`, `which-change`.
 */
export async function currentChange(
  flow: Flow,
  workspace: Workspace,
  branch: string | undefined,
): Promise<TrackedChange> {
  const { model } = workspace.snapshot;
  if (branch !== undefined) {
    const found = changeSetOf(model, branch);
    if (found !== undefined) return found;
    throw new RealmError('no-such-change', `the realm tracks no change set '${branch}'`, {
      hint: 'git realm worktree list',
    });
  }
  const here = (await discover(flow.cwd, { env: flow.env })).branch?.replace('refs/heads/', '');
  const own = here === undefined ? undefined : changeSetOf(model, here);
  if (own !== undefined) return own;
  const active = changeSets(model).filter(({ file }) => activeRepos(file).includes(workspace.name));
  const [only, ...others] = active;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const broken = model.problems().find((one) => one.path.startsWith('worktrees/'));
    throw new RealmError('no-such-change', `'${workspace.name}' is in no change set`, {
      hint:
        broken === undefined
          ? 'git realm worktree --rfc <title>'
          : `mend ${broken.path}:${broken.line}: ${broken.message}`,
    });
  }
  const names = active.map(({ file }) => file.name);
  throw new RealmError('which-change', `'${workspace.name}' is in several change sets: ${names.join(', ')}`, {
    hint: 'go to a worktree of one of them, or name it with --branch',
  });
}

/** The repos asked for, each one in the change set; default: all that are active. Throws `not-in-change`. */
export function reposOf(change: TrackedChange, asked: readonly string[]): string[] {
  const active = activeRepos(change.file);
  const outside = asked.filter((name) => !active.includes(name));
  if (outside.length === 0) return asked.length === 0 ? active : [...asked];
  throw new RealmError('not-in-change', `${outside.join(', ')}: not in change set '${change.file.name}'`, {
    hint: `its repos: ${active.join(', ')}`,
  });
}
