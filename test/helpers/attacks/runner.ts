import type { Test } from 'tap';
import { randomFrom } from '../generated/random.ts';
import { type RawPush, rawOverHttp, rawOverSsh } from '../servers/raw-push.ts';
import { nightly } from '../values/nightly.ts';
import { anySeed, seedOr } from '../values/seed.ts';
import { type Sandbox, sandbox } from '../world/cli.ts';
import { without } from '../world/keys.ts';
import type { Attack } from './catalogue.ts';
import type { AttackGroup, Form } from './forms/group.ts';
import { type Actor, attackWorld, type Person, REALM, type Served, serveRealm } from './world.ts';

/** Where the attacks are tried. */
export interface Trial {
  /** The first is always there; the others where their programs are installed. */
  doors: readonly [Served['by'], ...Served['by'][]];
  /** The realm requires signatures. */
  signed?: boolean;
}

/** All the ways to reach a realm. */
export const everyDoor: Trial = { doors: ['http', 'ssh', 'gitolite'] };

/** One way to reach the realm. */
interface Door {
  by: Served['by'];
  bare: string;
  url(who: Person): string;
  env(who: Person): Record<string, string>;
}

interface Said {
  by: Served['by'];
  code: number;
  stderr: string;
}

/** A row of the catalogue as a group of one form. */
export const groupOf = (attack: Attack, signed = false): AttackGroup => {
  const { name, by, why, signedWhy, prepare, act, push, own } = attack;
  return {
    name,
    by,
    because: '',
    ...(prepare === undefined ? {} : { prepare }),
    forms: [
      {
        form: name,
        why: (signed && signedWhy) || why,
        act,
        ...(own === undefined ? {} : { own }),
        ...(push === undefined ? {} : { push }),
      },
    ],
  };
};

/** A push to the repository itself, which says who logged in as the door does: its hook has the same to judge. */
const behind = ({ by, bare }: Door): Door => ({
  by: 'path',
  bare,
  url: () => bare,
  env: (who) => ({ [by === 'http' ? 'REMOTE_USER' : 'GL_USER']: who }),
});

/**
 * Each attack is refused with its sentence, and no ref of any server moves. The first form of each attack goes through one of the
 * doors in turn, and so does a fourth of the attacks that have but one, chosen by a seed; a fourth of the other forms, chosen
 * alike, come behind the first door. `REALM_NIGHTLY=1` tries every form at every door.
 */
export async function everyRefused(t: Test, groups: readonly AttackGroup[], trial: Trial): Promise<void> {
  const { act, doors, level, push, raw, refs } = await openDoors(t, trial);
  const random = randomFrom(seedOr(anySeed()));
  let tried = 0;
  let turn = 0;
  await level();
  let before = await refs();
  for (const { name, by, prepare, together, forms } of groups) {
    if (prepare !== undefined) {
      await prepare(act);
      await level();
      before = await refs();
    }
    const me = act(by);
    for (const [at, batch] of (together ? [forms] : forms.map((form) => [form])).entries()) {
      const isShown = forms.length > 1 ? at === 0 : random.chance(1 / 4);
      if (!nightly && at > 0 && random.chance(3 / 4)) continue;
      const [door] =
        isShown || batch[0]?.raw ? [doors[turn++ % doors.length]] : doors.slice(0, 1).map(behind);
      const through = nightly || together ? doors : [door as Door];
      for (const { by: door, code, stderr } of await attempt(me, batch, through))
        for (const { form, why } of batch) {
          t.not(code, 0, `${name}: ${form}, over ${door}`);
          t.match(stderr, why, `${name}: ${form}, over ${door}`);
          tried += 1;
        }
      // What follows stands on what was there before.
      if (!t.same(await refs(), before, `${name}: refs`)) return;
    }
  }
  const where = doors.map((door) => door.by).join(', ');
  t.comment(`${tried} refusals of ${groups.length} attacks, over ${where}`);

  async function attempt(me: Actor, batch: readonly Form[], through: readonly Door[]): Promise<Said[]> {
    await me.fresh();
    const [{ form, act, own, raw: bytes }] = batch as [Form];
    await act(me);
    if (bytes !== undefined) return raw(me, await bytes(me), through);
    if (own !== true) await me.commit(form);
    const refspecs = batch.flatMap((form) => form.push ?? ['main']);
    return push(me, refspecs, through);
  }
}

/**
 * One realm behind each door, where it is installed: the same commits everywhere, so that an attack is made once and can be
 * tried at any of them.
 */
async function openDoors(t: Test, { doors: [first, ...others], signed = false }: Trial) {
  const { box, act, bare, server } = await attackWorld(t, { by: first, signed });
  const doors: Door[] = [
    { by: first, bare, url: (who) => server.urlAs(who, REALM), env: (who) => server.env(who) },
  ];
  for (const by of others) {
    const missing = without('sshd', ...(by === 'gitolite' ? ['gitolite'] : []));
    if (missing) t.comment(`not tried over ${by}: ${missing}`);
    else {
      const { bare, server } = await serveRealm(t, sandbox(t), by);
      doors.push({ by, bare, url: (who) => server.urlAs(who, REALM), env: server.env });
    }
  }
  const at = (through: readonly Door[], push: (door: Door) => Promise<{ code: number; stderr: string }>) =>
    Promise.all(through.map(async (door): Promise<Said> => ({ by: door.by, ...(await push(door)) })));
  return {
    act,
    doors,
    /** What was allowed at the first door is so at each: their administrator copies it. */
    async level(): Promise<void> {
      for (const door of doors.slice(1))
        await box.git(['-C', door.bare, 'fetch', '-q', bare, '+refs/*:refs/*']);
    },
    push: (me: Actor, refspecs: readonly string[], through: readonly Door[]): Promise<Said[]> =>
      at(through, ({ url, env }) => me.pushTo(url(me.who), env(me.who), ...refspecs)),
    raw: (me: Actor, push: RawPush, through: readonly Door[]): Promise<Said[]> =>
      at(through, ({ by, url, env }) => {
        const ssh = env(me.who).GIT_SSH_COMMAND;
        return by === 'http' || ssh === undefined
          ? rawOverHttp(url(me.who), push)
          : rawOverSsh(url(me.who), ssh, push);
      }),
    refs: (): Promise<string[]> => Promise.all(doors.map(({ bare }) => refsOf(box, bare))),
  };
}

const refsOf = async (box: Sandbox, bare: string): Promise<string> =>
  (await box.git(['-C', bare, 'for-each-ref'])).stdout;
