import t from 'tap';
import { detectAll, detectorNamed, offeredExports } from '../../../lib/detect/index.ts';
import type { SourceFile } from '../../../lib/detect/types.ts';

async function offered(files: Record<string, string>) {
  const all = Object.entries(files).map(([path, text]): SourceFile => ({ path, bytes: Buffer.from(text) }));
  const read = async (paths: readonly string[]) => all.filter(({ path }) => paths.includes(path));
  const proposals = await detectAll(all, { read });
  const offers = await offeredExports(proposals, detectorNamed, {
    ...{ name: 'shop', read },
    paths: Object.keys(files),
  });
  return offers.map(({ name, sourceFiles, noise, extraction }) => ({
    ...{ name, sourceFiles },
    ...(noise === undefined
      ? { value: extraction.value }
      : { noise, found: extraction.parts.map(({ value }) => value) }),
  }));
}

const put = (bucket: string, key: string): string =>
  `import boto3\nboto3.client("s3").put_object(Bucket=${bucket}, Key=${key})\n`;

t.test('sources are the files with findings, and those on which a value depends', async (t) => {
  t.same(
    await offered({
      'app/store.py': `from config import BUCKET\nfrom models import Model\n${put('BUCKET', 'f"jobs/{Model()}.json"')}`,
      'config.py': 'from deeper import NAME\nBUCKET = NAME\n',
      'deeper.py': 'NAME = "acme"\n',
      'models.py': 'class Model:\n    pass\n',
      'other.py': 'import boto3\nprint("s3://")\n',
    }),
    [
      {
        name: 's3-permissions',
        sourceFiles: ['app/store.py', 'config.py', 'deeper.py'],
        value: { read: [], write: ['jobs/*.json'] },
      },
    ],
  );
});

t.test('applications and noise are offered apart, each as it is read from its own files', async (t) => {
  t.same(
    await offered({
      'apps/a/pyproject.toml': '[project]\nname = "orders"\n',
      'apps/a/store.py': put('"acme"', '"orders/x"'),
      'apps/b/store.py': put('"acme-b"', '"b/x"'),
      'apps/b/mixed.py': `${put('"acme-b"', '"c/x"')}${put('"my-bucket"', '"y"')}`,
      'apps/b/demo.py': put('"my-bucket"', '"z"'),
      'deploy.py': put('"acme"', '"app.js"'),
    }),
    [
      { name: 'orders-s3', sourceFiles: ['apps/a/store.py'], value: { read: [], write: ['orders/x'] } },
      {
        name: 'b-s3',
        sourceFiles: ['apps/b/mixed.py', 'apps/b/store.py'],
        value: { read: [], write: ['acme-b/b/x', 'acme-b/c/x', 'my-bucket/y'] },
      },
      {
        ...{ name: 'shop-artifacts', sourceFiles: ['deploy.py'], noise: 'artifacts' },
        found: ['acme/app.js'],
      },
      {
        ...{ name: 'b-placeholders', sourceFiles: ['apps/b/demo.py'], noise: 'placeholders' },
        found: ['my-bucket/z'],
      },
    ],
  );
});

t.test('an annotated export keeps its name, and only needs its own file', async (t) => {
  t.same(
    await offered({
      'limits.py': '# realm:export limits\nLIMITS = ["a", "b"]\n',
      'store.py': put('"acme"', '"x"'),
    }),
    [
      { name: 's3-permissions', sourceFiles: ['store.py'], value: { read: [], write: ['x'] } },
      { name: 'limits', sourceFiles: ['limits.py'], value: ['a', 'b'] },
    ],
  );
});
