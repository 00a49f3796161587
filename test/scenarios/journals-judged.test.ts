import t from 'tap';
import { attackWorld } from '../helpers/attacks/world.ts';

const served = { by: 'path', signed: false } as const;
const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

t.test(
  'a journal belongs to who began it, and to whoever takes it over with the right to every repo',
  async (t) => {
    const { act, refs } = await attackWorld(t, served);
    const [boss, eric, fun, mole] = [act('boss'), act('eric'), act('fun'), act('mole')];
    await eric.fresh();
    eric.write({
      'repos/aperture.yaml': 'name: aperture\nmaintainers: [eric@example.com, fun@example.com]\n',
    });
    await eric.commit('a colleague');
    t.equal((await eric.push('main')).code, 0);

    const step = { id: 'push:aperture', repo: 'aperture', effect: { kind: 'push' }, after: [], words: '' };
    const plan = { format: 1, verb: 'push', branch: 'feat/x', args: {}, by: 'eric@example.com' };
    const today = ago(0);
    const journal = (id: string, more: object = {}) =>
      JSON.stringify({
        ...plan,
        id,
        at: today,
        state: 'running',
        steps: [{ ...step, state: 'todo' }],
        ...more,
      });
    /** A state of the journal on top of the one before, by this person. */
    const write = async (me: typeof eric, id: string, text: string) => {
      await me.fresh();
      const ref = `refs/realm/ops/${id}`;
      const tip = await me.line('for-each-ref', '--format=%(objectname)', ref);
      const blob = await me.object('blob', text);
      const tree = await me.pipe(['mktree'], `100644 blob ${blob}\tjournal.json\n`);
      const made = await me.commitTree(tree, 'op', ...(tip === '' ? [] : [tip]));
      return me.push(`${made}:${ref}`);
    };
    const taken = (by: string) => ({ taken_over: [{ by: `${by}@example.com`, at: today }] });
    const done = { state: 'done', steps: [{ ...step, state: 'done' }] };
    /** A refusal, and that nothing moved. */
    const refused = async (
      what: string,
      push: () => Promise<{ code: number; stderr: string }>,
      why: RegExp,
    ) => {
      const before = await refs();
      const { code, stderr } = await push();
      t.not(code, 0, what);
      t.match(stderr, why, what);
      t.equal(await refs(), before, `${what}: refs`);
    };

    const [a, b, c] = ['aaaa', 'bbbb', 'cccc'] as const;
    await refused(
      'in the name of another',
      () => write(mole, a, journal(a)),
      /the author of its journal is 'eric/,
    );
    await refused('without a date', () => write(eric, a, journal(a, { at: 'soon' })), /has no date/);
    await refused(
      'not a journal',
      () => write(eric, a, JSON.stringify({ id: a })),
      /not in the format that git realm writes/,
    );
    t.equal((await write(eric, a, journal(a))).code, 0, 'eric begins');
    await refused(
      'finished by a stranger',
      () => write(mole, a, journal(a, done)),
      /only 'eric@example\.com' .*may resume/,
    );
    await refused('taken over by a stranger', () => write(mole, a, journal(a, taken('mole'))), /only 'eric/);
    await refused('finished by an approver', () => write(boss, a, journal(a, done)), /only 'eric/);
    await refused('finished in silence', () => write(fun, a, journal(a, done)), /does not record that 'fun@/);
    await refused(
      'taken over in the name of another',
      () => write(fun, a, journal(a, { ...done, ...taken('eric') })),
      /in the name of 'eric/,
    );
    await refused(
      'taken over, with another plan',
      () => write(fun, a, journal(a, { ...taken('fun'), branch: 'main' })),
      /changes the plan of the operation/,
    );
    t.equal(
      (await write(fun, a, journal(a, taken('fun')))).code,
      0,
      'a maintainer of every repo in it takes it over',
    );
    await refused(
      'forgetting who took it over',
      () => write(eric, a, journal(a, done)),
      /omits who took it over/,
    );
    t.equal((await write(fun, a, journal(a, { ...done, ...taken('fun') }))).code, 0, 'and finishes it');

    const old = { at: ago(91) };
    t.equal((await write(eric, b, journal(b, { ...old, ...done }))).code, 0);
    t.equal((await write(eric, c, journal(c, { ...old, ...done }))).code, 0);
    for (const who of [mole, fun, boss])
      await refused(`deleted by ${who.who}`, () => who.push(`:refs/realm/ops/${b}`), /may not be deleted/);
    await refused(
      'taken over to be deleted',
      () => write(fun, b, journal(b, { ...old, ...done, ...taken('fun') })),
      /has ended/,
    );
    t.equal((await eric.push(`:refs/realm/ops/${b}`)).code, 0, 'its author tidies up');
  },
);
