import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import type { Context } from '../../../lib/actions/open/context.ts';
import { inRealm } from '../../../lib/actions/open/in-realm.ts';
import { quickInRealm } from '../../../lib/actions/open/quick-in-realm.ts';
import { anySeed, seedOr } from '../../helpers/values/seed.ts';
import { sandbox } from '../../helpers/world/cli.ts';
import { makeRepo } from '../../helpers/world/repo.ts';

const RUNS = process.env.REALM_NIGHTLY === '1' ? 300 : 25;

t.test('names that are read with one git process less are the same names, or none', async (t) => {
  const box = sandbox(t);
  const repo = await makeRepo(box, 'a', { tree: { 'sub/x': '1' } });
  await box.realm(['init', '--name', 'one', '--path', 'realm']);
  await box.realm(['init', '--name', 'two', '--path', 'other']);
  await box.realm(['join', '../realm'], { cwd: 'a' });
  await box.realm(['domain', 'create', 'd', '--repos', 'a'], { cwd: 'a' });
  await repo.commit('join');
  await repo.git('worktree', 'add', '-q', '--detach', box.path('linked'));
  const kept = new Map(
    ['a/.git/config', 'a/.blue/config.yaml', 'home/.blue/index.yaml'].map((name) => [
      box.path(name),
      readFileSync(box.path(name), 'utf8'),
    ]),
  );
  const [config = '', member = '', index = ''] = kept.keys();
  const change = (file: string, from: RegExp, to: string): void =>
    writeFileSync(file, (kept.get(file) ?? '').replace(from, to));

  /** What the user may have done to a clone. */
  const done: Record<string, () => void> = {
    nothing: () => {},
    'is not attached': () => change(config, /^.*cloneId.*$/im, ''),
    'is ephemeral, with a store of its own': () =>
      change(config, /^(\s*cloneId.*)$/im, `$1\n\tephemeralStore = ${box.path('other')}`),
    'is of a realm that is not in the index': () => change(member, /name: one/, 'name: three'),
    'is of the other realm': () => change(member, /name: one/, 'name: two'),
    'has no membership that can be read': () => change(member, /realm:/, 'realm: ['),
    'knows no realm': () => writeFileSync(index, 'realms: []\n'),
    'has another store': () => change(index, new RegExp(box.path('realm')), box.path('other')),
    'has a configuration that git cannot read': () => change(config, /$/, '\n[core'),
  };
  const world = fc.record({
    what: fc.constantFrom(...Object.keys(done)),
    place: fc.constantFrom('a', 'a', 'a', 'a/sub', 'a/sub', 'linked', 'realm', '.'),
  });
  let quickly = 0;
  const seed = seedOr(anySeed());
  await fc.assert(
    fc.asyncProperty(world, async ({ what, place }) => {
      for (const [file, text] of kept) writeFileSync(file, text);
      done[what]?.();
      const context = {
        ...{ cwd: box.path(place), env: { ...process.env, ...box.env }, now: () => new Date() },
        ...{ note: () => {}, progress: () => ({ at: () => {}, end: () => {} }) },
      } as unknown as Context;
      const quick = await quickInRealm(context, (model) => model.domainNames()).catch(String);
      if (quick === null) return;
      quickly += 1;
      const slow = await inRealm(context, async ({ snapshot }) => snapshot.model.domainNames()).catch(String);
      if (JSON.stringify(quick) !== JSON.stringify(slow))
        throw new Error(`${what}, in ${place}: ${JSON.stringify(quick)} is not ${JSON.stringify(slow)}`);
    }),
    { numRuns: RUNS, seed },
  );
  t.comment(`seed ${seed}: ${quickly} of ${RUNS} were read quickly`);
  for (const [file, text] of kept) writeFileSync(file, text);
  const context = { cwd: box.path('a'), env: { ...process.env, ...box.env } } as unknown as Context;
  t.same(await quickInRealm(context, (model) => model.domainNames()), ['d'], 'a plain one is');
});
