import type { Place } from './place.ts';

/** The watched file; any other is not. */
export const SOURCE = 's.txt';

let n = 0;
/** The source, or another file, changed and staged. */
function edit(place: Place, name: string, text = `${n++}\n`): void {
  place.write({ [name]: text });
  place.git('add', name);
}

/** Branches to work with. Each operation starts on a clean `base`. */
export function prepare(place: Place): void {
  edit(place, SOURCE, 'base\n');
  edit(place, 'other.txt', 'base\n');
  place.git('add', '-A');
  place.git('commit', '-qm', 'base', '--no-verify');
  place.git('branch', '-f', 'base');
  place.git('switch', '-qC', 'side');
  edit(place, 'other.txt');
  place.git('commit', '-qm', 'untouched', '--no-verify');
  edit(place, SOURCE, 'side\n');
  place.git('commit', '-qm', 'touched', '--no-verify');
  place.git('switch', '-qC', 'elsewhere', 'base');
  edit(place, 'third.txt');
  place.git('commit', '-qm', 'elsewhere', '--no-verify');
  place.git('switch', '-qC', 'clash', 'base');
  edit(place, SOURCE, 'clash\n');
  place.git('commit', '-qm', 'clash', '--no-verify');
}

interface Operation {
  from: string;
  /** The last step, which is what is looked at. */
  run(place: Place): { status: number | null; stderr: string };
  /** What comes before it. */
  before?(place: Place): void;
}

const resolve = (place: Place): void => {
  edit(place, SOURCE, `resolved ${n++}\n`);
};

/** Every way in which a commit that changes the source comes about. */
export const operations: Record<string, Operation> = {
  commit: {
    from: 'base',
    before: (place) => edit(place, SOURCE),
    run: (place) => place.tryGit('commit', '-qm', 'x'),
  },
  'commit --amend': {
    from: 'elsewhere',
    before: (place) => edit(place, SOURCE),
    run: (place) => place.tryGit('commit', '-q', '--amend', '-m', 'x'),
  },
  'commit --no-verify': {
    from: 'base',
    before: (place) => edit(place, SOURCE),
    run: (place) => place.tryGit('commit', '-qnm', 'x'),
  },
  'cherry-pick A..B': { from: 'elsewhere', run: (place) => place.tryGit('cherry-pick', 'base..side') },
  'revert A..B': { from: 'side', run: (place) => place.tryGit('revert', '--no-edit', 'base..side') },
  'cherry-pick --continue': {
    from: 'clash',
    before(place) {
      place.tryGit('cherry-pick', 'side');
      resolve(place);
    },
    run: (place) => place.tryGit('-c', 'core.editor=true', 'cherry-pick', '--continue'),
  },
  'merge, conflict': {
    from: 'clash',
    before(place) {
      place.tryGit('merge', '-q', 'side');
      resolve(place);
    },
    run: (place) => place.tryGit('commit', '-qm', 'merged'),
  },
  'merge, clean': { from: 'elsewhere', run: (place) => place.tryGit('merge', '-q', '--no-edit', 'side') },
  'merge, fast-forward': { from: 'base', run: (place) => place.tryGit('merge', '-q', '--ff-only', 'side') },
  rebase: { from: 'side', run: (place) => place.tryGit('rebase', '-q', 'elsewhere') },
  'rebase --continue': {
    from: 'side',
    before(place) {
      place.tryGit('rebase', '-q', 'clash');
      resolve(place);
    },
    run: (place) => place.tryGit('-c', 'core.editor=true', 'rebase', '--continue'),
  },
  am: {
    from: 'elsewhere',
    before: (place) => place.git('format-patch', '-q', '-o', '../patches', 'base..side'),
    run: (place) =>
      place.tryGit('am', '-q', '../patches/0001-untouched.patch', '../patches/0002-touched.patch'),
  },
};

/** Back to a clean branch, whatever was under way. */
export function start(place: Place, from: string): void {
  for (const abort of ['cherry-pick', 'revert', 'merge', 'rebase', 'am']) place.tryGit(abort, '--abort');
  place.git('reset', '-q', '--hard');
  place.git('switch', '-q', '--detach', from);
  place.git('switch', '-qC', 'work');
}
