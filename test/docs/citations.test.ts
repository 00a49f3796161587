import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import t from 'tap';

const root = resolve(import.meta.dirname, '../..');
const FOLDERS = ['lib', 'commands', 'hooks', 'schemas', 'test', 'docs'];
const GENERATED = /^(?:schemas\/(?:generated|output)|test\/(?:fixtures|detect\/(?:corpus|literals)))\//;

const files = [
  'README.md',
  'CONTRIBUTING.md',
  'build.mjs',
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  ),
].filter(
  (file) => /(?:\.(?:ts|mjs|cjs|sh|md|json|yml)|\/[\w-]+)$|^[^/]+\.m/.test(file) && !GENERATED.test(file),
);

/** A path of this repository: a path of another one, or of a package, has something before it; `lib/<x>/` is a pattern. */
const CITED =
  /(?<![\w./:@>*{$-])(?:(?:docs|lib|test|commands|hooks|schemas)\/[\w./-]*\w\.(?:ts|mjs|cjs|md|sh|json)\b|(?:lib|hooks)\/[\w-]+(?:\/[\w-]+)*(?![\w./<*-]))/g;
const PAGE = /(?<![\w./-])docs\/[\w./-]+\.md\b/g;

/** What of a file is written for people: a page without its sessions, the comments of code. */
function prose(file: string, text: string): string {
  if (file.endsWith('.md')) return text.replace(/^```[\s\S]*?^```/gm, '');
  if (file.endsWith('.json')) return text;
  return (text.match(/\/\*[\s\S]*?\*\/|(?:^|\s)\/\/ .*|^\s*# .*/gm) ?? []).join('\n');
}

t.test('comments and pages cite only what is in the repository', async (test) => {
  const gone: string[] = [];
  let cited = 0;
  for (const file of files) {
    const text = readFileSync(join(root, file), 'utf8');
    if (/DESIGN §/.test(text) && file !== 'test/docs/citations.test.ts') gone.push(`${file}: DESIGN §`);
    const inProse = prose(file, text).match(CITED) ?? [];
    // What a program prints names pages only.
    const inCode = /^(?:lib|commands)\//.test(file) ? (text.match(PAGE) ?? []) : [];
    for (const path of [...inProse, ...inCode]) {
      cited += 1;
      if (!existsSync(join(root, path))) gone.push(`${file}: ${path}`);
    }
  }
  test.same(gone, []);
  test.ok(cited > 200, `${cited} citations`);
});

t.test('the links of a page lead somewhere', async (test) => {
  const broken = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => {
      const text = prose(file, readFileSync(join(root, file), 'utf8'));
      return [...text.matchAll(/\]\((?!https?:|mailto:|#)([^)\s#]+)/g)]
        .map(([, to = '']) => to)
        .filter((to) => !existsSync(resolve(root, file, '..', to)))
        .map((to) => `${file}: ${to}`);
    });
  test.same(broken, []);
});

t.test('the index of the design names every page of it', async (test) => {
  const index = readFileSync(join(root, 'docs/design/README.md'), 'utf8');
  const pages = readdirSync(join(root, 'docs/design')).filter((name) => name !== 'README.md');
  test.same(
    pages.filter((name) => !index.includes(`](${name})`)),
    [],
  );
});

t.test('every dependency has its reason in docs/decisions/dependencies.md', async (test) => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const text = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
  const listed = [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  const has = (name: string) =>
    listed.some((title) => title === name || (title.endsWith('*') && name.startsWith(title.slice(0, -1))));
  const names = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  test.same(
    names.filter((name) => !has(name)),
    [],
  );
});
