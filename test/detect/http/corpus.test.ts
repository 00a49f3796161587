import t from 'tap';
import { check, snippets } from './corpus.ts';

/** Every labelled snippet: routes and calls, what they send and read, and the lines that stay open, exactly. */
for (const snippet of snippets())
  t.test(`${snippet.detector}, ${snippet.of}: ${snippet.id}`, async (t) => {
    const { missed, extra, wrong } = await check(snippet);
    t.same(missed, [], 'labelled and not found');
    t.same(extra, [], 'found and not labelled');
    t.same(wrong, []);
  });
