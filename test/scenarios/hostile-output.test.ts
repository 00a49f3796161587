import { join } from 'node:path';
import t, { type Test } from 'tap';
import { parse as parseYaml, stringify } from 'yaml';
import { nightly } from '../helpers/values/nightly.ts';
import { letemcook, writerOf } from '../helpers/world/story.ts';

/** What hides, reorders or moves; and what a CI runner obeys, at the beginning of a line or anywhere in it. */
const HIDDEN = /(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const COMMAND = /^\s*::|##(?:\[|vso\[)/m;
const FORGED = /^FORGED/m;

const TAGS = [...'obey']
  .map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0)))
  .join('');
const HOSTILE = `\u001b[2J\u001b[31mred\u202e\u2066\u061c${TAGS}\u200d\u00ad\u3164\ufe0f\u2028\u009b31m\r\n::error::x\n  ::add-mask::a\n##[add-path]/x ##vso[task.x]y\nFORGED line <script>x</script>`;

/** Every text of a realm's file that is free, or that may be: keys that name or count something stay. */
const FREE =
  /^(description|message|title|body|reason|why|changes|comments|binding|source_rfc|value|detail|author)$/;

function poisoned(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, poisoned(inner, key === 'value' ? 'value' : name)]),
    );
  return typeof value === 'string' && FREE.test(key) ? `${value}${HOSTILE}` : value;
}

async function world(test: Test) {
  const made = await letemcook(test);
  const { box, realm, aperture } = made;
  await aperture.commit('metrics', { models: { training: { 'metrics.py': writerOf('metrics') } } });
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/metrics.py'], {
    cwd: aperture.path,
  });
  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path });
  await box.realm(['worktree', '--rfc', 'metrics'], { cwd: aperture.path });
  const paths = (await realm.git('ls-tree', '-r', '--name-only', 'main'))
    .split('\n')
    .filter((path) => path.endsWith('.yaml'));
  for (const file of paths) {
    const value = poisoned(parseYaml(await realm.git('show', `main:${file}`))) as Record<string, unknown>;
    if (/contracts|domain\.yaml/.test(file)) value.description = HOSTILE;
    // Beside the people who count: one whose address shows as another's.
    for (const key of ['maintainers', 'approvers'])
      if (Array.isArray(value[key])) value[key] = [...value[key], 'eric\u200b@example.com\u202e'];
    box.write(join(realm.path, file), stringify(value));
  }
  box.write(
    join(realm.path, 'forge', 'aperture', 'issues', '7.yaml'),
    stringify({ number: 7, title: HOSTILE, body: HOSTILE, state: 'open' }),
  );
  await realm.git('add', '-A');
  await realm.git('-c', `user.name=Evil\u202e${TAGS}`, 'commit', '--no-verify', '-qm', `subject ${HOSTILE}`);
  return made;
}

const COMMANDS = [
  'status',
  'check',
  'check --mode contract',
  'graph',
  'graph --format mermaid',
  'graph --format dot',
  'graph --format svg',
  'report',
  'log',
  'log s3-permissions',
  'diff s3-permissions',
  'show s3-permissions',
  'show s3-access',
  'proposals',
  'inbox --keep',
  'sessions',
  'domain list',
  'domain show s3-access',
  'worktree list',
  'pr status',
  'list',
  'doctor',
  'trust',
  'codeowners',
  'fetch',
  'sync --dry-run',
  'sync',
  'undo',
  'ack s3-permissions',
  'verify',
  'export --explain',
  `domain show ${HOSTILE}`,
  `show ${HOSTILE}`,
  `approve ${HOSTILE}`,
  `worktree --rfc ${HOSTILE}`,
];
const FORMATS = ['github', 'gitlab', 'junit', 'sarif', 'json', 'text'];

t.test(
  'whatever a realm holds, no output hides, reorders, forges a line or speaks to a runner',
  async (t) => {
    const { box, aperture, fungal, realm } = await world(t);
    const split = (command: string): string[] => {
      const [words = '', hostile] = [command.replace(HOSTILE, '').trim(), command.includes(HOSTILE)];
      return [...words.split(' '), ...(hostile ? [HOSTILE] : [])];
    };
    let runs = 0;

    // What is printed is made alike everywhere: without REALM_NIGHTLY the provider and the realm's own repository share the commands,
    // and every second of them is asked for JSON.
    const isTheirs = (place: number, command: number): boolean =>
      place === 0 || nightly || command % 2 === place % 2;
    for (const [place, cwd] of [fungal.path, aperture.path, realm.path].entries())
      for (const [at, args] of [
        ...COMMANDS.map(split),
        ...FORMATS.map((format) => ['check', '--format', format, '--mode', 'importer', '--mode', 'contract']),
      ].entries())
        for (const more of args[0] === 'sync' ? [['--color']] : [['--color'], ['--json']]) {
          if (!isTheirs(place, at) || (!nightly && more[0] === '--json' && at % 2 === 1)) continue;
          if (
            cwd !== fungal.path &&
            (more[0] === '--json' || !/^(status|check|log|show|doctor|sync|report)/.test(args[0] ?? ''))
          )
            continue;
          const ran = await box.realm([...args, ...more], { cwd, expect: 'any' });
          runs += 1;
          const name = `${args.join(' ').replace(HOSTILE, '<hostile>')} ${more} in ${cwd.split('/').at(-1)}`;
          const isGithub = args.includes('github');
          for (const out of [ran.stdout, ran.stderr]) {
            const own = out.replace(/\x1b\[(?:1|22|2|31|39|32|33|34|36)m/g, '');
            const found = HIDDEN.exec(own);
            t.equal(
              found === null
                ? ''
                : `${found[0].codePointAt(0)?.toString(16)} in ${JSON.stringify(own.slice(Math.max(0, found.index - 60), found.index + 20))}`,
              '',
              name,
            );
            t.notMatch(out, /\x1b\[31mred/, `${name}: a colour of theirs`);
            t.notMatch(
              isGithub ? out.replace(/^::(error|warning|notice) (file=|title=)/gm, '') : out,
              COMMAND,
              name,
            );
            t.notMatch(out, FORGED, name);
          }
          t.not(ran.code, 70, `${name}: ${ran.stderr.slice(0, 300)}`);
          if (more[0] === '--json' && ran.stdout !== '') t.doesNotThrow(() => JSON.parse(ran.stdout), name);
        }
    t.comment(`${runs} runs`);
  },
);
