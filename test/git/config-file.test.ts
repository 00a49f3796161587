import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  BadConfigLine,
  type ConfigEntry,
  parseConfigFile,
  renderConfigFile,
} from '../../lib/git/config-file.ts';
import { plainConfig } from '../../lib/git/plain-config.ts';
import { seedOr } from '../helpers/values/seed.ts';

const seed = seedOr(20260124);
const nightly = process.env.REALM_NIGHTLY === '1';

/** What git reads, without the includes; `null` where it refuses the file. */
function gitReads(file: string): string[] | null {
  try {
    const args = ['config', '--file', file, '--no-includes', '-z', '--list'];
    const text = execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' });
    return text.replaceAll('\t', ' ').split('\0').slice(0, -1);
  } catch {
    return null;
  }
}

/** git before 2.45 made a space of a tab inside of a value. */
const words = (entries: readonly ConfigEntry[]): string[] =>
  entries.map(({ key, value }) => (value === null ? key : `${key}\n${value}`).replaceAll('\t', ' '));

function weRead(text: string): string[] | null {
  try {
    return words(parseConfigFile(text));
  } catch (error) {
    if (error instanceof BadConfigLine) return null;
    throw error;
  }
}

const cases: [why: string, text: string][] = [
  ['nothing', ''],
  ['as git writes it', '[core]\n\tbare = true\n[remote "origin"]\n\turl = https://h/x.git\n'],
  ['on the line of its section', '[core] sshCommand = x\n'],
  ['the next section on one line', '[a]b=1\n[c]d=2'],
  ['no value', '[core]\n\tbare\n[x] y'],
  ['comments', '# a\n[core] ; b\n\ta = 1 # c\n\tb = "2 # d" ; e\n'],
  ['continued', '[core]\n\ta = one \\\n   two\n\tsshCommand = x\\\n\n'],
  ['a section inside of a continued value', '[a]\n\tb = c \\\n[core]\n\tsshCommand = x\n'],
  ['escapes', '[a]\n\tb = "\\t\\n\\b\\\\\\""\n'],
  ['half a quote', '[a]\n\tb = "c" d "e"\n\tf = "g\n'],
  ['old subsections', '[Remote.Origin]\n\turl = x\n'],
  ['subsections with anything', '[url "a.b\\"c\\\\]"]\n\tinsteadOf = x\n'],
  ['case', '[CORE]\n\tSSHCommand = x\n[Url "CaSe"]\n\tInsteadOf = y\n'],
  ['Windows lines', '[a]\r\n\tb = c\r\n\td = e \\\r\n f\r\n'],
  ['a byte order mark', '\uFEFF[a]\n\tb = 1\n'],
  ['a key with a space', '[a]\n\tb c = 1\n'],
  ['no end of the section', '[a\n\tb = 1\n'],
  ['a bad escape', '[a]\n\tb = \\x\n'],
  ['an include', '[include]\n\tpath = other\n[includeIf "gitdir:/"]\n\tpath = o\n'],
];

t.test('a configuration file is read as git reads it', async (t) => {
  const file = join(t.testdir(), 'config');
  for (const [why, text] of cases) {
    writeFileSync(file, text);
    t.same(weRead(text), gitReads(file), why);
  }
});

t.test('so are files of random pieces, and what is rendered says the same', async (t) => {
  const file = join(t.testdir(), 'config');
  const pieces = ['v', ' ', '\t', '"', '"a b"', '\\\n', '\\"', '\\n', '#', ';', '=', '[x]', '\r\n', '\n'];
  const heads = ['[a]', '[b "c"]', '[b.C]', '[a] k = 1', '  [a]  '];
  let state = seed;
  const random = (below: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const count = nightly ? 3000 : 150;
  let accepted = 0;
  t.comment(`seed ${seed}, ${count} files`);
  for (let n = 0; n < count; n += 1) {
    const pick = (list: readonly string[]) => list[random(list.length)] ?? '';
    const line = () => {
      if (random(4) === 0) return pick(heads);
      return `\tk${random(3)}${random(6) === 0 ? '' : ' = '}${Array.from({ length: random(6) }, () => pick(pieces)).join('')}`;
    };
    const whole = `[a]\n${Array.from({ length: 1 + random(4) }, line).join('\n')}`;
    writeFileSync(file, whole);
    const ours = weRead(whole);
    const theirs = gitReads(file);
    // Refusing more than git does is safe; reading anything else than git does is not.
    if (ours === null) continue;
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) t.same(ours, theirs, JSON.stringify(whole));
    accepted += 1;
    const again = renderConfigFile(parseConfigFile(whole));
    if (JSON.stringify(weRead(again)) !== JSON.stringify(ours))
      t.same(weRead(again), ours, JSON.stringify(again));
  }
  t.ok(accepted > count / 4, `${accepted} were configuration files`);
});

t.test('the lines are those of the file', async (t) => {
  const entries = parseConfigFile('# x\n[a]\n\tb = 1 \\\n 2\n\tc = 3\n\n[d] e\n');
  t.same(
    entries.map(({ key, line }) => [key, line]),
    [
      ['a.b', 3],
      ['a.c', 5],
      ['d.e', 7],
    ],
  );
});

t.test('only what is known to be harmless is allowed', async (t) => {
  const text = `[core]
	repositoryformatversion = 1
	bare = false
	sshCommand = x
	attributesFile = x
	worktree = /
[extensions]
	objectFormat = sha256
	worktreeConfig = true
	unheardOf = 1
[remote "origin"]
	url = https://h/x
	uploadpack = x
	vcs = x
[core "x"]
	bare = true
[brandNew]
	command = x
`;
  const { allowed, ignored, partial } = plainConfig(parseConfigFile(text));
  t.same(
    allowed.map(({ key }) => key),
    [
      'core.repositoryformatversion',
      'core.bare',
      'extensions.objectformat',
      'extensions.unheardof',
      'remote.origin.url',
    ],
    'a layout that git does not know stays, so that git refuses it',
  );
  t.equal(ignored.length, 8);
  t.equal(partial, null);
  for (const config of [
    '[extensions]\npartialClone = origin',
    '[remote "x.y"]\npromisor',
    '[remote "o"]\npartialCloneFilter = blob:none',
  ])
    t.not(plainConfig(parseConfigFile(config)).partial, null, config);
  t.equal(plainConfig(parseConfigFile('[remote "o"]\npromisor = false')).partial, null);
});
