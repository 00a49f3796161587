import t from 'tap';
import { cycleWords, dependencies, findCycle, type Need, needsOf } from '../../lib/realm/dependencies.ts';
import { fc } from '../helpers/values/properties.ts';
import { realmView } from '../helpers/values/realm-view.ts';

const realm = {
  'repos/aperture.yaml': 'name: aperture\n',
  'repos/fungal-image-analysis.yaml': 'name: fungal-image-analysis\n',
  'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal-image-analysis]\n',
  'domains/s3/contracts/paths.yaml': 'name: paths\nversion: 1.2.0\n',
  'domains/s3/bindings/aperture.yaml': 'repo: aperture\nrole: provider\nexports:\n- contract: paths\n',
  // The file carries a short name; what it says inside counts.
  'domains/s3/bindings/fungal.yaml':
    'repo: fungal-image-analysis\nrole: both\nimports:\n- contract: paths\n  version: "*"\n- contract: gone\n  version: "^1"\nexports:\n- contract: own\n',
};

t.test('an import has two ends: who imports, and the owner or the one exporter', async (t) => {
  const short = (files: Record<string, string>): string[] =>
    dependencies(realmView(files)).map(
      (dependency) =>
        `${dependency.provider} ${dependency.domain}/${dependency.contract}@${dependency.published?.version} ${dependency.consumer}`,
    );
  t.strictSame(short(realm), [
    'aperture s3/paths@1.2.0 fungal-image-analysis',
    'undefined s3/gone@undefined fungal-image-analysis',
  ]);
  t.strictSame(
    short({ ...realm, 'domains/s3/contracts/paths.yaml': 'name: paths\nversion: 1.2.0\nowner: ml\n' })[0],
    'ml s3/paths@1.2.0 fungal-image-analysis',
  );
  const two = {
    ...realm,
    'domains/s3/bindings/z.yaml': 'repo: z\nrole: provider\nexports:\n- contract: paths\n',
  };
  t.strictSame(short(two)[0], 'undefined s3/paths@1.2.0 fungal-image-analysis', 'two exporters and no owner');
  t.strictSame(
    short({
      ...realm,
      'domains/s3/bindings/aperture.yaml':
        'repo: aperture\nrole: both\nexports:\n- contract: paths\nimports:\n- contract: paths\n  version: "*"\n',
    }).length,
    2,
    'what a repo imports from itself is no dependency',
  );
});

t.test('a cycle is spelled out, the shortest one, or the one that a new need closes', async (t) => {
  const need = (from: string, to: string, contract = `${to}-api`) => ({ from, to, domain: 'd', contract });
  const line = [need('a', 'b'), need('b', 'c'), need('c', 'd')];
  t.equal(findCycle(line), undefined);
  t.equal(
    cycleWords(findCycle([...line, need('d', 'a'), need('c', 'b')]) ?? []),
    'b needs d/c-api of c, which needs d/b-api of b',
  );
  t.equal(
    cycleWords(findCycle([...line, need('x', 'y'), need('y', 'x')], need('d', 'a')) ?? []),
    'd needs d/a-api of a, which needs d/b-api of b, which needs d/c-api of c, which needs d/d-api of d',
  );
  t.equal(
    findCycle([need('x', 'y'), need('y', 'x')], need('d', 'x')),
    undefined,
    'a cycle elsewhere is not its doing',
  );
  t.strictSame(findCycle([need('a', 'a')])?.length, 1);
  t.strictSame(
    needsOf(dependencies(realmView(realm))).map(({ from, to }) => `${from} ${to}`),
    ['fungal-image-analysis aperture'],
  );
});

t.test('a cycle is found exactly where there is one, and its needs follow each other', async () => {
  const repo = fc.integer({ min: 0, max: 7 }).map(String);
  fc.assert(
    fc.property(fc.array(fc.record({ from: repo, to: repo }), { maxLength: 14 }), (needs) => {
      const cycle = findCycle(needs);
      if ((cycle !== undefined) !== hasCycle(needs)) throw new Error('found or missed');
      for (const [at, need] of (cycle ?? []).entries())
        if (need.to !== cycle?.[(at + 1) % cycle.length]?.from) throw new Error('does not follow');
      const through = { from: '0', to: '1' };
      const closed = findCycle(needs, through);
      if ((closed !== undefined) !== hasCycle([...needs.filter(() => true), through], through))
        throw new Error('through');
    }),
    { numRuns: 2000 },
  );
});

/** By brute force: is there a way from the end of a need (of this one, or of any) back to its start? */
function hasCycle(needs: Need[], through?: Need): boolean {
  return (through ? [through] : needs).some(({ from, to }) => {
    const reached = new Set([to]);
    for (let n = 0; n < needs.length; n++)
      for (const need of needs) if (reached.has(need.from)) reached.add(need.to);
    return reached.has(from);
  });
}

t.test(
  'a thousand repos with ten thousand needs cost needs times repos, and one need costs needs only',
  async (t) => {
    let looks = 0;
    const needs = Array.from({ length: 10_000 }, (_, at) => ({
      get from() {
        looks += 1;
        return String(at % 1000);
      },
      get to() {
        looks += 1;
        return String((at % 1000) + 1 + (at % 7));
      },
    }));
    t.equal(findCycle(needs), undefined);
    t.ok(looks < 1000 * needs.length, `${looks} looks`);
    looks = 0;
    t.equal(findCycle(needs, { from: '1006', to: '0' })?.at(-1)?.to, '1006');
    t.ok(looks < 20 * needs.length, `${looks} looks`);
  },
);
