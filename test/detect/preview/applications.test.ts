import t from 'tap';
import { Applications, applicationIn } from '../../../lib/detect/preview/applications.ts';

t.test(
  'a file belongs to its package, else to its folder of applications, else to the repository',
  async (t) => {
    const applications = new Applications([
      'package.json',
      'packages/billing/package.json',
      'packages/billing/lambda/package.json',
      'backend/api/go.mod',
      'thumbs/serverless.yml',
      'thumbs/layer/requirements.txt',
      'vendor/other/package.json',
    ]);
    for (const [path, folder] of [
      ['packages/billing/src/a.ts', 'packages/billing'],
      ['packages/billing/lambda/a.ts', 'packages/billing'],
      ['services/shipping/labels.py', 'services/shipping'],
      ['services/a.py', ''],
      ['src/services/x/a.ts', ''],
      ['backend/api/store/a.go', 'backend/api'],
      ['backend/cli/a.go', ''],
      ['thumbs/layer/a.py', 'thumbs'],
      ['vendor/other/a.js', ''],
      ['a.ts', ''],
    ] as const)
      t.equal(applications.folderOf(path), folder, path);
    t.same(applications.manifestsOf(''), ['package.json']);
    t.same(applications.manifestsOf('backend/api'), ['backend/api/go.mod']);
  },
);

t.test('the name is that of the manifest, else of the folder', async (t) => {
  const named = (folder: string, path: string, text: string) =>
    applicationIn(folder, [{ path: `${folder}/${path}`, bytes: Buffer.from(text) }]).name;
  for (const [path, text, name] of [
    ['package.json', '{ "name": "@acme/Billing API" }', 'billing-api'],
    ['package.json', '{ "name": "', 'x'],
    ['package.json', '[]', 'x'],
    ['package.json', 'null', 'x'],
    ['pyproject.toml', '[project]\nname = "labels.py"\n', 'labels-py'],
    ['pyproject.toml', '[tool.poetry]\nname = "labels"\n', 'labels'],
    ['Cargo.toml', '[workspace]\nmembers = []\n', 'x'],
    ['Cargo.toml', '[package]\nname = "store_2"\n', 'store-2'],
    ['go.mod', '// a\nmodule example.com/acme/ledger/v2\n', 'ledger'],
  ] as const)
    t.equal(named('apps/x', path, text), name, text);
  t.equal(applicationIn('', []).name, undefined);
});
