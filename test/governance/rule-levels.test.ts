import t from 'tap';
import { nextVersion } from '../../lib/realm/next-version.ts';
import { type Edits, edited, type Files, judged } from '../helpers/values/judge.ts';

const api = (properties: string): string =>
  `openapi: 3.1.0, paths: { /a: { get: { responses: { "200": { description: fine, content: { application/json: { schema: { type: object, properties: { ${properties} } } } } } } } } }`;
const contract = (version: string, properties: string): string =>
  `name: api\nversion: "${version}"\nowner: aperture\nschema: { ${api(properties)} }\n`;
const two = 'a: { type: string }, b: { type: string }';
const single = 'a: { type: string }';

const realm: Files = {
  'realm.yaml': 'name: acme\nversion: 1.0.0\ngovernance: { approvers: [boss@example.com] }\n',
  'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com]\n',
  'domains/web/domain.yaml': 'name: web\nmembers: [aperture]\n',
  'domains/web/contracts/api.yaml': contract('1.0.0', two),
  'domains/web/bindings/aperture.yaml': 'repo: aperture\nrole: provider\nexports:\n- contract: api\n',
};
const lenient = 'rules: { openapi/response-property-removed: compatible }\n';
const inRealm = `name: acme\nversion: 1.0.0\ngovernance: { approvers: [boss@example.com], ${lenient.trim()} }\n`;
const why = async (who: string, edits: Edits, before = realm): Promise<string> =>
  (await judged(before, edited(before, edits), who)).join('\n');

t.test('only approvers set the level of a rule', async (t) => {
  for (const edits of [{ 'domains/web/governance.yaml': lenient }, { 'realm.yaml': inRealm }]) {
    t.match(await why('eric', edits), /only the realm's approvers may change/);
    t.equal(await why('boss', edits), '');
  }
});

t.test('a level and the change that needs it do not come in one commit', async (t) => {
  const step = {
    'domains/web/governance.yaml': lenient,
    'domains/web/contracts/api.yaml': contract('1.1.0', single),
  };
  const both = { ...realm, 'realm.yaml': (realm['realm.yaml'] ?? '').replace('boss', 'eric') };
  t.match(await why('eric', step, both), /1\.0\.0 → 1\.1\.0: .*lower than 2\.0\.0/);
  t.match(await why('eric', step), /only the realm's approvers may change/);
});

t.test('a publication is judged by the levels of the tree before it', async (t) => {
  const step = { 'domains/web/contracts/api.yaml': contract('1.1.0', single) };
  t.match(await why('eric', step), /1\.0\.0 → 1\.1\.0: .*lower than 2\.0\.0/);
  const before = { ...realm, 'domains/web/governance.yaml': lenient };
  t.equal(await why('eric', step, before), '');
  t.equal(await why('eric', step, { ...realm, 'realm.yaml': inRealm }), '');
  const strict = {
    ...before,
    'realm.yaml': inRealm,
    'domains/web/governance.yaml': lenient.replace('compatible', 'breaking'),
  };
  t.match(await why('eric', step, strict), /lower than 2\.0\.0/, 'a domain has the last word');
});

t.test('a rule that does not exist is refused with the one that was meant', async (t) => {
  const unknown = (rules: string): Promise<string> =>
    why('boss', { 'domains/web/governance.yaml': `rules: { ${rules} }\n` });
  t.match(
    await unknown('openapi/response-property-remove: compatible'),
    /did you mean 'openapi\/response-property-removed'\?/,
  );
  t.match(await unknown('opnapi/path-removed: none'), /did you mean 'openapi\/path-removed'\?/);
  t.match(await unknown('openapi/: none'), /unknown rule/);
  t.match(await unknown('openapi/path-removed: fine'), /breaking, unknown, compatible or none/);
});

t.test('the verdict and the version follow the levels', async (t) => {
  const schema = (text: string) => JSON.parse(text);
  const document = (names: string[]) =>
    schema(
      JSON.stringify({
        openapi: '3.1.0',
        paths: {
          '/a': {
            get: {
              responses: {
                '200': {
                  description: 'fine',
                  content: {
                    'application/json': {
                      schema: {
                        type: 'object',
                        properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
                      },
                    },
                  },
                },
              },
            },
          },
        },
      }),
    );
  const old = { name: 'api', version: '1.0.0', schema: document(['a', 'b']) };
  const next = (names: string[], rules = {}) =>
    nextVersion(old, { value: null, schema: document(names), rules });
  t.match(await next(['a']), { breaking: true, version: '2.0.0' });
  t.match(await next(['a'], { 'openapi/response-property-removed': 'compatible' }), {
    breaking: false,
    version: '1.1.0',
  });
  t.match(await next(['a'], { 'openapi/response-property-removed': 'none' }), {
    breaking: false,
    version: '1.0.1',
  });
  t.match(await next(['a', 'b', 'c'], { 'openapi/response-property-added': 'breaking' }), {
    breaking: true,
    version: '2.0.0',
  });
  t.match(await next(['a', 'c'], { 'openapi/response-property-added': 'unknown' }), {
    version: '2.0.0',
    verdict: { verdict: 'breaking' },
  });
});
