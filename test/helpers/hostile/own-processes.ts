import { basename, resolve } from 'node:path';
import { HOOKS } from '../../../lib/hooks/types.ts';
import type { Started, Traced } from './tracer.ts';

/** Whose programs may run. */
export interface Known {
  /** Where the program under test is installed. */
  prefix: string;
  /** The folder of what the user's own configuration names. */
  user: string;
  /** A word with this in it is a stranger's. */
  stranger: string;
}

/** The verbs of git that our code uses, and those by which git does them. */
const VERBS = new Set(
  `add archive branch cat-file check-ref-format checkout clone commit commit-graph commit-tree config credential diff
  diff-files diff-index diff-tree fast-import fetch fetch-pack for-each-ref fsck gc hash-object index-pack init log
  ls-files ls-remote ls-tree maintenance merge-base merge-tree mktree notes pack-objects pack-refs push read-tree
  realm remote rev-list rev-parse show show-ref status symbolic-ref unpack-objects update-index update-ref upload-pack var
  version worktree write-tree receive-pack send-pack`.split(/\s+/),
);

/** What stands before a verb of ours: settings, and where to work. */
const BEFORE =
  /^(-c|-C|--git-dir=.*|--work-tree=.*|--no-optional-locks|--no-replace-objects|--literal-pathspecs|--no-pager|--bare|--version)$/;

/** Settings that we give git. Those by which it would run something are there only to switch that off. */
const SETTINGS = new RegExp(
  `^(${[
    'core\\.hooksPath=/dev/null',
    'core\\.fsmonitor=(false)?',
    'core\\.(quotePath=false|abbrev=no)',
    'fetch\\.(prune=false|showForcedUpdates=true)',
    'gc\\.auto=0',
    'safe\\.bareRepository=(all|explicit)',
    'submodule\\.recurse=false',
    'user\\.(name|email)=.*',
  ].join('|')})$`,
);

/** Classes of what git starts for itself (its `child_start` events): nothing of a repository's is among them. */
const CLASSES = new Set([
  '',
  '?',
  'dashed',
  'transport/ssh',
  'transport/file',
  'remote-http',
  'remote-https',
  'fetch',
  'cred',
  'background',
]);

/** How git reaches a repository on this machine, whose path the user typed. */
const LOCAL = /^git-(upload|receive)-pack '[^']*'$/;

/** The hooks that we install; one of a stranger's would leave its mark. */
const OUR_HOOKS = new RegExp(`^\\.git/hooks/(${HOOKS.join('|')})$`);

/** What those, and `git realm hook`, do for their input and for our cache. */
const OF_HOOKS =
  /^(mkdir \S*\/realm|mktemp \S*\/git-realm\.XXXXXX|cat( \S*\/git-realm\.\w{6})?|rm -f \S*\/git-realm\.\w{6})$/;

/** Whatever ran that neither we nor the user's own configuration named, in words. */
export function strangeIn({ started, children, environments }: Traced, known: Known): string[] {
  return [
    ...started
      .filter((program) => !ours(program, known))
      .map(({ program, argv }) => `${program}: ${argv.join(' ').slice(0, 300)}`),
    ...children
      .filter(
        (program) => !CLASSES.has(program.class) && !program.argv.some((word) => word.includes(known.user)),
      )
      .map((program) => `${program.class}: ${program.argv.join(' ').slice(0, 200)}`),
    ...environments.flatMap(({ program, names }) =>
      names
        .filter((name) => /^(NODE_OPTIONS|NODE_PATH|LD_|DYLD_|BASH_ENV|ENV$)/.test(name))
        .map((name) => `${program} with ${name}`),
    ),
  ];
}

function ours({ program, argv }: Started, { prefix, user, stranger }: Known): boolean {
  const [called = '', first = ''] = argv;
  // git's own events tell only what it was called.
  const name = basename(program === 'git' ? called : program);
  if (program.startsWith(`${user}/`)) return true;
  if (name === 'sh' && first === '-c') return argv[2]?.startsWith(`${user}/`) || LOCAL.test(argv[2] ?? '');
  if (OUR_HOOKS.test(name === 'sh' ? first : program) || OF_HOOKS.test([name, ...argv.slice(1)].join(' ')))
    return true;
  if (name === 'node') return resolve(first).startsWith(`${prefix}/`);
  if (name === 'git-realm') return resolve(program).startsWith(`${prefix}/`);
  if (name === 'gh') return argv.slice(1, 4).join(' ') === 'auth token --hostname';
  if (name === 'gpg') return first === '--homedir';
  if (/^git(-[a-z-]+)?$/.test(name)) return ofGit(name, argv, stranger);
  return false;
}

function ofGit(name: string, argv: readonly string[], stranger: string): boolean {
  const words = argv.slice(1);
  const verb = name === 'git' ? verbOf(words) : name.slice('git-'.length);
  const end = words.indexOf('--');
  const options = words.slice(0, end < 0 ? undefined : end).filter((word) => word.startsWith('-'));
  return (
    verb !== undefined &&
    (VERBS.has(verb) || /^remote-https?$/.test(verb)) &&
    !options.some((word) => word.includes(stranger)) &&
    !words.some((word) => /^(ext|fd|transport)::/.test(word))
  );
}

/** The verb behind what may stand before one. */
function verbOf(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) return word;
    if (!BEFORE.test(word)) return undefined;
    if (word === '--version') return 'version';
    if (word === '-c' || word === '-C') at += 1;
    if (word === '-c' && !SETTINGS.test(words[at] ?? '')) return undefined;
  }
  return undefined;
}
