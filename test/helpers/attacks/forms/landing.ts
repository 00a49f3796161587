import { approvable, approveBy, breaking, files, mustPass, record } from '../steps.ts';
import { type Actor, contract, type Person } from '../world.ts';
import { type AttackGroup, commit, type Form, operation } from './group.ts';

const PATHS = 'domains/s3/contracts/paths.yaml';
const DAY = 86_400_000;
const after = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();
const UNAPPROVED = /breaking and not approved/;

type Act = (who: Person) => Actor;

/** The author proposes a breaking change. */
async function propose(act: Act, id: string, read = '"jobs/*"'): Promise<void> {
  const eric = act('eric');
  await eric.fresh();
  await breaking(eric, read, id);
  mustPass(await eric.push(`+main:refs/realm/proposals/${id}`));
}

/** A record on a proposal, behind those that are there. */
async function say(me: Actor, id: string, text: string): Promise<void> {
  await me.fresh();
  const ref = `refs/realm/proposals/${id}`;
  const oid = await me.line('rev-parse', ref);
  const listed = (await me.git('for-each-ref', 'refs/notes/realm')).stdout !== '';
  const noted = listed && (await me.git('notes', '--ref=realm', 'list')).stdout.includes(oid);
  const there = noted ? (await me.git('notes', '--ref=realm', 'show', oid)).stdout : '';
  await me.note(ref, `${there}${text}\n`);
  mustPass(await me.push('refs/notes/realm'));
}

/** What an approver would have said of a proposal, said by somebody. */
const approval = async (me: Actor, id: string): Promise<string> => {
  const changes = (await approvable(me, id)).map((change) => ({
    ...change,
    old: orNull(change.old),
    new: orNull(change.new),
  }));
  return record(me.who, undefined, { changes });
};

const orNull = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);

const landed = (who: string, proposal: string): string =>
  `land\n\n${operation({ verb: 'land', proposal, by: `${who}@example.com` })}`;

/** Lands the proposal by plain git, in effect from a date, with whatever else. */
const land = (
  form: string,
  why: RegExp,
  id: string,
  { due = 15 * DAY, more = {}, push = ['main'] } = {},
): Form => ({
  form,
  why,
  own: true,
  push,
  async act(me) {
    await me.git('checkout', '-q', `refs/realm/proposals/${id}`, '--', '.');
    files({ [PATHS]: (text) => `${text}effective_at: ${after(due)}\n`, ...more })(me);
    await me.commit(landed(me.who, id));
  },
});

export const landings: AttackGroup[] = [
  {
    name: 'land with an approval of something else',
    by: 'eric',
    because: "an approval is an approver's, for exactly these blobs",
    async prepare(act) {
      await propose(act, 'q1');
      await propose(act, 'q2', '"runs/*"');
      const boss = act('boss');
      await boss.fresh();
      await say(boss, 'q2', await approval(boss, 'q1'));
      const mole = act('mole');
      await mole.fresh();
      await say(mole, 'q2', await approval(mole, 'q2'));
    },
    forms: [land('of the blobs of another proposal, and by nobody who may', UNAPPROVED, 'q2')],
  },
  {
    name: 'land more or sooner than was approved',
    by: 'eric',
    because: 'exactly what was approved lands, after its grace period',
    prepare: (act) => approveBy(act('boss'), 'q1'),
    forms: [
      land('with one more change', /differs from proposal/, 'q1', {
        more: { 'repos/fungal.yaml': 'name: fungal\nmaintainers: [eric@example.com]\n' },
      }),
      land('an hour before its grace period is over', /takes effect before its grace period/, 'q1', {
        due: 14 * DAY - 3_600_000,
      }),
    ],
  },
  {
    name: 'land with an approval that was withdrawn',
    by: 'eric',
    because: 'a withdrawn approval no longer counts',
    prepare: (act) => say(act('boss'), 'q1', record('boss', undefined, { kind: 'withdrawal' })),
    forms: [land('by plain git', UNAPPROVED, 'q1')],
  },
  {
    name: 'land what was never proposed',
    by: 'eric',
    because: 'an operation must name an existing proposal',
    forms: [
      commit(
        'by an id that climbs',
        UNAPPROVED,
        { [PATHS]: contract('2.0.0', '"jobs/*"', '  - { version: "2.0.0" }\n') },
        { message: landed('eric', '../../notes/realm') },
      ),
    ],
  },
  {
    name: "approve one's own proposal where there is a second approver",
    by: 'eric',
    because: 'another approver has to approve it',
    async prepare(act) {
      const boss = act('boss');
      await boss.fresh();
      files({ 'domains/s3/governance.yaml': 'approvers: [eric@example.com, mole@example.com]\n' })(boss);
      await boss.commit('two approvers');
      mustPass(await boss.push('main'));
      await propose(act, 'own');
      const eric = act('eric');
      await eric.fresh();
      await say(eric, 'own', await approval(eric, 'own'));
    },
    forms: [land('by plain git', UNAPPROVED, 'own')],
  },
];
