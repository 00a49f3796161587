import t from 'tap';
import type { Op } from '../../lib/realm/ops/types.ts';
import { applyOp } from '../../lib/store/engine.ts';
import { planAhead, planGuess, planNow, planOn } from '../../lib/store/planning.ts';
import { readSnapshot } from '../../lib/store/snapshot.ts';
import { openStore, type Store } from '../../lib/store/store.ts';
import { fc } from '../helpers/values/properties.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';

const who = { name: 'Eric', email: 'eric@example.com' };
const at = '2026-01-24T10:00:00Z';
let made = 0;
const op = (verb: string, rest: Record<string, unknown>): Op =>
  ({ verb, id: String(++made), at, by: who.email, ...rest }) as Op;

const repos = ['a', 'b', 'c'];
const contracts = ['x', 'y'];

/** Operations that read one file, many, all names, and the history. */
const anyOp: fc.Arbitrary<Op> = fc.oneof(
  fc
    .constantFrom(...repos, 'd')
    .map((repo) =>
      op('register', { repo, maintainers: [who.email], url: `https://example.com/${repo}.git` }),
    ),
  fc
    .tuple(fc.constantFrom(...repos), fc.constantFrom(...contracts), fc.nat(3), fc.boolean())
    .map(([repo, contract, n, sources]) =>
      op('publish', {
        domain: 'main',
        contract,
        repo,
        base: null,
        source: null,
        ...(sources ? { sources: [`src/${n}.ts`] } : {}),
        payload: { value: { read: [`${n}/*`, `${contract}/*`] }, schema: {} },
      }),
    ),
  fc
    .tuple(fc.constantFrom(...repos), fc.constantFrom(...contracts))
    .map(([repo, contract]) => op('import', { domain: 'main', contract, repo, range: '*' })),
  fc
    .tuple(fc.constantFrom(...repos), fc.constantFrom(...contracts))
    .map(([repo, contract]) =>
      op('contract-rename', { domain: 'main', contract, repo, to: `${contract}${++made}` }),
    ),
  fc.constantFrom(...repos).map((repo) => op('follow', { repo })),
  fc.constantFrom(...repos).map((repo) => op('repo-rename', { repo, to: `${repo}${++made}` })),
  fc
    .nat(1)
    .map((more) =>
      op('domain-create', { domain: `new${(++made >> 3) + more}`, members: ['a', 'b'], provider: 'a' }),
    ),
  fc.constant(op('codeowners', {})),
);

async function realm(box: Sandbox): Promise<Store> {
  await box.git(['init', '-q', '--bare', 'realm']);
  const store = await openStore(box.path('realm'), box.env);
  await applyOp(store, op('init', { name: 'acme' }), who);
  for (const repo of repos)
    await applyOp(
      store,
      op('register', { repo, maintainers: [who.email], url: `https://example.com/${repo}.git` }),
      who,
    );
  await applyOp(store, op('domain-create', { domain: 'main', members: repos, provider: 'a' }), who);
  return store;
}

const outcome = async (plan: Promise<unknown>): Promise<string> => {
  try {
    return JSON.stringify(await plan, (_, value) => (value instanceof Map ? [...value] : value));
  } catch (error) {
    return `refused: ${(error as Error).message}`;
  }
};

t.test('a plan that is kept is the plan that would be made anew', async (t) => {
  const box = sandbox(t);
  const store = await realm(box);
  t.teardown(() => store.close());
  const elsewhere = await openStore(box.path('realm'), box.env);
  t.teardown(() => elsewhere.close());
  const some = fc.array(anyOp, { maxLength: 3 });
  const counts = { kept: 0, anew: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(anyOp, some, async (mine, others) => {
      const ahead = await planAhead(store, mine);
      for (const other of others) await outcome(applyOp(elsewhere, other, who));
      let kept = false;
      const now = await outcome(
        planNow(store, mine, ahead).then(({ planned }) => {
          kept = planned === ahead?.planned;
          return planned;
        }),
      );
      t.equal(now, await outcome(readSnapshot(elsewhere).then((snapshot) => planOn(snapshot, mine))));
      counts[ahead === null ? 'refused' : kept ? 'kept' : 'anew'] += 1;
      await outcome(applyOp(store, mine, who));
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
  );
  t.comment(JSON.stringify(counts));
  t.ok(counts.kept > 5 && counts.anew > 1, JSON.stringify(counts));
});

t.test(
  'a guess stands while others write elsewhere, and falls where they write what it looked at',
  async (t) => {
    const box = sandbox(t);
    const store = await realm(box);
    const elsewhere = await openStore(box.path('realm'), box.env);
    t.teardown(() => [store, elsewhere].map((store) => store.close()));
    const publish = (contract: string, n: number, more: Record<string, unknown> = {}) =>
      op('publish', {
        domain: 'main',
        contract,
        repo: contract === 'x' ? 'a' : 'b',
        base: null,
        source: null,
        payload: { value: { read: Array.from({ length: n }, (_, at) => `${at}/*`) }, schema: {} },
        ...more,
      });
    for (const contract of contracts) await applyOp(store, publish(contract, 1), who);
    const counts = { stood: 0, fell: 0 };
    let n = 1;
    const other = fc.constantFrom('x', 'y', 'sources', 'register').map((what) => {
      n += 1;
      if (what === 'register')
        return op('register', { repo: `r${n}`, maintainers: [], url: `https://x/${n}` });
      return what === 'sources' ? publish('x', 1, { sources: [`${n}.ts`] }) : publish(what, n);
    });
    await fc.assert(
      fc.asyncProperty(fc.array(other, { maxLength: 2 }), async (others) => {
        for (const later of others) await outcome(applyOp(elsewhere, later, who));
        n += 1;
        const mine = publish('x', n);
        const guess = await planGuess(store, mine);
        const now = await planNow(store, mine, guess);
        counts[now.planned === guess?.planned ? 'stood' : 'fell'] += 1;
        const anew = planOn(await readSnapshot(elsewhere), mine);
        t.equal(await outcome(Promise.resolve(now.planned)), await outcome(anew));
        t.equal((await applyOp(store, mine, who)).planned.kind, 'commit');
      }),
      { numRuns: 40 },
    );
    t.ok(counts.stood > 5 && counts.fell > 1, JSON.stringify(counts));
  },
);
