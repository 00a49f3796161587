import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';

t.test(
  'a folder in domains/ without domain.yaml is named, and every command goes on without it',
  async (t) => {
    const box = sandbox(t);
    await box.git(['init', '-q', '--bare', 'realm.git']);
    const url = `file://${box.path('realm.git')}`;
    await box.realm(['init', '--name', 'r', '--path', 'first', '--url', url]);
    await box.git(['clone', '-q', 'realm.git', 'stranger']);
    box.write(
      'stranger/domains/ghost/contracts/c.yaml',
      'name: c\nversion: "1.0.0"\nowner: me\nvalue: { read: [a] }\n',
    );
    box.write(
      'stranger/domains/ghost/bindings/me.yaml',
      'repo: me\nrole: provider\nexports:\n- contract: c\n  source_files: [a.py]\n',
    );
    box.write('stranger/domains/rules/governance.yaml', 'approvers: [mole@example.com]\n');
    box.write('stranger/domains/words/README.md', 'x\n');
    box.write('stranger/domains/a b/domain.yaml', 'name: a b\nmembers: [me]\n');
    await box.git(['-C', 'stranger', 'add', '-A']);
    await box.git(['-C', 'stranger', 'commit', '-qm', 'strange']);
    await box.git(['-C', 'stranger', 'push', '-q', 'origin', 'HEAD']);

    await box.git(['init', '-q', 'me']);
    box.write('me/a.py', 'x = "s3://b/jobs/*"\n');
    await box.git(['-C', 'me', 'add', '-A']);
    await box.git(['-C', 'me', 'commit', '-qm', 'x']);
    await box.realm(['join', url, '--name', 'me', '--yes'], { cwd: 'me' });
    const status = (await box.realm(['status'], { cwd: 'me' })).stdout;
    for (const name of ['ghost', 'rules', 'words'])
      t.match(status, `domains/${name}:1: this folder has no domain.yaml: everything in it is ignored`);
    t.match(status, 'domains/a b:1: this folder is not a valid domain name');
    t.notMatch(status, /ghost\/c/, 'nor does what lies in it count as an export');
    t.match((await box.realm(['doctor'], { cwd: 'me', expect: 1 })).stdout, 'domains/ghost:1');
    await box.realm(['check'], { cwd: 'me' });
    await box.realm(['sync'], { cwd: 'me' });
    t.notMatch((await box.realm(['graph'], { cwd: 'me' })).stdout, /ghost/);
  },
);
