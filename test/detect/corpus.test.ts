import t from 'tap';
import { check, snippets } from './corpus.ts';

/** Every labelled snippet: the paths, the bucket and the lines that stay open, exactly. */
for (const snippet of snippets()) {
  t.test(`${snippet.detector}, ${snippet.language}: ${snippet.id}`, async (t) => {
    const { missed, extra, wrong, extraction } = await check(snippet);
    t.same(missed, [], 'labelled and not found');
    t.same(extra, [], 'found and not labelled');
    t.same(wrong, []);
    for (const part of [...extraction.parts, ...extraction.unresolved]) {
      t.ok(
        snippet.files.some((file) => file.path === part.path),
        'every part names one of the files',
      );
      t.ok(part.line >= 1);
    }
  });
}
