import { join } from 'node:path';
import t from 'tap';
import { command, verb } from '../../lib/cli/command.ts';
import { wanted } from '../../lib/cli/complete.ts';
import { prefix, sandbox } from '../helpers/world/cli.ts';
import { makeRepo } from '../helpers/world/repo.ts';

const run = () => ({});
const commands = [
  command({
    name: 'domain',
    summary: 'Manage domains',
    defaultVerb: 'list',
    verbs: [
      verb({
        name: 'create',
        summary: 'make one',
        args: [{ name: 'name', summary: 'its name' }],
        options: [{ name: 'repos', value: '<a,b>', summary: 'who', complete: 'repo' }],
        run,
      }),
      verb({ name: 'list', summary: 'show all', options: [{ name: 'all', summary: 'archived too' }], run }),
    ],
  }),
  command({
    name: 'show',
    summary: 'Show one',
    args: [{ name: 'contract', summary: 'which', complete: 'contract' }],
    options: [{ name: 'format', value: '<format>', summary: 'how', complete: ['text', 'dot'] }],
    run,
  }),
  command({ name: 'secret', summary: 'Not listed', hidden: true, run }),
];
const words = (...typed: string[]) => wanted(commands, typed).words.map(({ word }) => word);
const lookUp = (...typed: string[]) => wanted(commands, typed).lookUp;

t.test('what may follow', async (t) => {
  t.same(words(''), ['domain', 'show']);
  t.same(words('--json', '-C', 'x', ''), ['domain', 'show']);
  t.same(words('domain', ''), ['create', 'list']);
  t.ok(words('domain', '-').includes('--all'), 'options of the default verb');
  t.ok(words('domain', 'create', '--').includes('--repos'));
  t.equal(lookUp('domain', 'create', 'x', '--repos', ''), 'repo');
  t.equal(lookUp('domain', 'create', '--repos=a'), 'repo');
  t.equal(wanted(commands, ['domain', 'create', '--repos', 'a,b']).before, 'a,');
  t.equal(lookUp('show', ''), 'contract');
  t.equal(lookUp('show', '--format', 'dot', ''), 'contract', 'the value is no positional');
  t.equal(lookUp('show', 'a', ''), undefined);
  t.same(words('show', '--format', ''), ['text', 'dot']);
  t.same(words('show', '--format=d'), ['text', 'dot'], 'the caller picks what starts so');
  t.same(words('nothing', ''), []);
});

t.test('in the shells, with names from the realm', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm']);
  await makeRepo(box, 'aperture', { tree: { 'limits.json': '{"rate": 1}' } });
  await box.realm(['join', '../realm'], { cwd: 'aperture' });
  await box.realm(['domain', 'create', 's3-access', '--repos', 'aperture,fungal'], { cwd: 'aperture' });
  await box.realm(['export', '--name', 'limits', '--domain', 's3-access', '--value', '{"a":1}'], {
    cwd: 'aperture',
  });

  t.test('the command itself', async (t) => {
    const ask = async (...typed: string[]) => {
      const { stdout } = await box.realm(['complete', '--', ...typed], { cwd: 'aperture' });
      return stdout.split('\n').flatMap((line) => line.split('\t')[0] || []);
    };
    t.same(await ask('stat'), ['status']);
    t.same(await ask('domain', 'show', '--name', ''), ['s3-access']);
    t.same(await ask('domain', 'create', 'x', '--repos', 'aperture,f'), ['aperture,fungal']);
    t.same(await ask('import', 'l'), ['limits']);
    t.same(await ask('sync', '--branch', 'm'), ['main']);
    t.same(await ask('join', '/'), [box.path('realm')]);
    t.same(await ask('export', '--source', ''), ['@path']);
    const outside = await box.realm(['complete', '--', 'domain', 'show', '--name', ''], { cwd: 'home' });
    t.equal(outside.stdout + outside.stderr, '', 'silent where there is no realm');
  });

  t.test('bash, through the completion of git', async (t) => {
    const git = '/usr/share/bash-completion/completions/git';
    const ours = join(prefix, 'share', 'bash-completion', 'completions', 'git-realm');
    if ((await box.run('test', ['-f', git], { expect: 'any' })).code !== 0)
      return void t.pass('nothing was checked', { skip: 'SKIPPED: no bash completion of git' });
    const complete = async (...line: string[]) => {
      const script = `source ${git}; source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; __git_wrap__git_main; printf '%s|' "\${COMPREPLY[@]}"`;
      return (await box.run('bash', ['-c', script, ours, ...line], { cwd: 'aperture' })).stdout;
    };
    t.equal(await complete('git', 'realm', 'stat'), 'status |');
    t.equal(await complete('git', 'realm', 'domain', 'show', '--name', ''), 's3-access |');
    t.match(await complete('git', 'realm', 'sync', '--dr'), '--dry-run |');
  });

  t.test('zsh and fish read it', async (t) => {
    for (const [shell, folder, file] of [
      ['zsh', 'zsh/site-functions', '_git-realm'],
      ['fish', 'fish/vendor_completions.d', 'git-realm.fish'],
    ] as const) {
      const there = (await box.run('sh', ['-c', `command -v ${shell}`], { expect: 'any' })).code === 0;
      if (there) await box.run(shell, ['-n', join(prefix, 'share', folder, file)]);
      t.pass(`${shell} -n`, there ? {} : { skip: `SKIPPED: ${shell} is not installed` });
    }
  });
});
