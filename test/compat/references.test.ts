import t from 'tap';
import { leadsOut } from '../../lib/compat/references.ts';
import { coverCopy } from '../../lib/kinds/document.ts';
import { compareJsonSchemas } from '../../lib/kinds/json-schema/compare.ts';
import { compareOpenapi } from '../../lib/kinds/openapi/compare/index.ts';
import { usageOf } from '../../lib/kinds/read.ts';
import { detectorOf } from '../../lib/kinds/readers.ts';

const api = (more: object = {}) => ({
  openapi: '3.0.3',
  info: { title: 't', version: '1' },
  paths: { '/a': { $ref: 'paths/a.yaml' }, ...more },
});

t.test('references that lead to files beside a document', async (t) => {
  t.same(leadsOut(api()), [{ pointer: '/paths/~1a/$ref', file: 'paths/a.yaml' }]);
  t.same(
    leadsOut({ $ref: './b.json#/$defs/x', allOf: [{ $ref: './b.json#/$defs/y' }] }).length,
    1,
    'each file once',
  );
  for (const inside of [
    { $ref: '#/definitions/a' },
    { $ref: 'https://example.com/person.json' },
    { $ref: 'urn:example:person' },
    { $id: 'https://example.com/a.json', properties: { b: { $ref: 'a.json' }, c: { $ref: '/a.json#/x' } } },
    { $id: 'https://example.com/a.json', $defs: { p: { $id: 'p.json' } }, $ref: 'p.json' },
    { $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://example.com/a', items: { $ref: 'a' } },
    { properties: { $ref: { type: 'string' } } },
    { enum: [{ $ref: 'a.json' }] },
    { default: { $ref: 'a.json' } },
  ])
    t.same(leadsOut(inside), [], JSON.stringify(inside));
  t.match(
    leadsOut({ $id: 'https://example.com/a.json', $defs: { p: { $id: 'q/p.json', $ref: 'a.json' } } }),
    [{ file: 'a.json' }],
    'relative to the nearest identifier',
  );
});

t.test('documents that lead out of themselves are not called equal or compatible', async (t) => {
  const reason = /'paths\/a\.yaml'.* (?:is not read|points outside)|points outside the document/;
  t.match(compareOpenapi(api(), api()).verdict, { verdict: 'unknown', reason });
  t.match(compareOpenapi(api(), api({ '/b': {} })).verdict, { verdict: 'unknown', reason });
  t.match(
    compareOpenapi(api({ '/b': {} }), api()).verdict,
    { verdict: 'breaking' },
    'a break is one all the same',
  );
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    properties: { a: { $ref: './other.json' } },
  };
  t.match(compareJsonSchemas(schema, schema), {
    verdict: { verdict: 'unknown', reason: /other\.json/ },
    changes: [{ level: 'unknown' }],
  });
});

t.test('what a document leads to is listed as not read, and a copy of it proves nothing', async (t) => {
  const bytes = Buffer.from(JSON.stringify(api(), null, 1));
  const extraction = await (await detectorOf('openapi')).extract([{ path: 'openapi.json', bytes }], {});
  t.match(extraction.unresolved, [{ path: 'openapi.json', line: 9, what: /paths\/a\.yaml/ }]);
  t.equal(extraction.unresolved[0]?.gap, undefined, 'the rest can be published');
  const compare = async () => ({ verdict: { verdict: 'equal' as const }, changes: [] });
  t.match(await coverCopy(compare, { value: null, schema: api() }, usageOf(extraction)), {
    answer: 'unknown',
  });
});
