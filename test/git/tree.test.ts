import { symlinkSync } from 'node:fs';
import t from 'tap';
import { openObjects } from '../../lib/git/objects.ts';
import { filesAt } from '../../lib/git/tree.ts';
import { sandbox } from '../helpers/world/cli.ts';

for (const format of ['sha1', 'sha256'])
  t.test(`files are found by path, and nothing that is no regular file (${format})`, async (t) => {
    const box = sandbox(t);
    await box.git(['init', '-q', `--object-format=${format}`, 'r']);
    box.write('r/a.yaml', 'a');
    box.write('r/d/e/f.yaml', 'f');
    box.write('r/d/e/g.yaml', 'a');
    box.write('r/run', 'x', 0o755);
    symlinkSync('a', box.path('r/link'));
    symlinkSync('d', box.path('r/folder'));
    await box.git(['-C', 'r', 'add', '-A']);
    await box.git(['-C', 'r', 'commit', '-qm', 'x']);
    const oid = async (name: string) => (await box.git(['-C', 'r', 'rev-parse', name])).stdout.trim();
    const objects = openObjects({ gitDir: box.path('r/.git') }, box.env);
    t.teardown(() => objects.close());
    const asked = [
      'a.yaml',
      'd',
      'd/e/f.yaml',
      'd/e/g.yaml',
      'd/x/y',
      'link',
      'folder/e/f.yaml',
      'a.yaml/b',
      'no',
      'run',
    ];
    const found = await filesAt(objects, await oid('HEAD^{tree}'), asked);
    t.same([...found.keys()].sort(), ['a.yaml', 'd/e/f.yaml', 'd/e/g.yaml', 'run']);
    for (const [path, is] of found) t.equal(is, await oid(`HEAD:${path}`));
    t.equal(
      found.get('a.yaml'),
      await oid('HEAD:link'),
      'a link that holds the same is none the less no file',
    );
  });
