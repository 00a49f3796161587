import type { Test } from 'tap';
import { type RawPush, rawOverHttp, rawOverSsh } from '../servers/raw-push.ts';
import { sandbox } from '../world/cli.ts';
import { without } from '../world/keys.ts';
import type { AttackGroup, Form } from './forms/group.ts';
import { type Actor, attackWorld, type Person, REALM, type Served, serveRealm } from './world.ts';

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

/**
 * One realm behind http, ssh and gitolite, where they are installed: the same commits at each door, so that an attack is made
 * once and tried everywhere.
 */
export async function attackDoors(t: Test) {
  const { box, act, bare, server } = await attackWorld(t, { by: 'http', signed: false });
  const doors: Door[] = [{ by: 'http', bare, url: (who) => server.urlAs(who, REALM), env: () => ({}) }];
  for (const by of ['ssh', 'gitolite'] as const) {
    const missing = without('sshd', ...(by === 'gitolite' ? ['gitolite'] : []));
    if (missing) t.comment(`not tried over ${by}: ${missing}`);
    else {
      const { bare, server } = await serveRealm(t, sandbox(t), by);
      doors.push({ by, bare, url: (who) => server.urlAs(who, REALM), env: server.env });
    }
  }
  const everywhere = (push: (door: Door) => Promise<{ code: number; stderr: string }>): Promise<Said[]> =>
    Promise.all(doors.map(async (door) => ({ by: door.by, ...(await push(door)) })));
  return {
    act,
    doors: doors.map(({ by }) => by),
    /** What was allowed at the first door is so at each: their administrator copies it. */
    async level(): Promise<void> {
      for (const door of doors.slice(1))
        await box.git(['-C', door.bare, 'fetch', '-q', bare, '+refs/*:refs/*']);
    },
    push: (me: Actor, args: readonly string[]): Promise<Said[]> =>
      everywhere(({ url, env }) => me.pushTo(url(me.who), env(me.who), ...args)),
    raw: (me: Actor, push: RawPush): Promise<Said[]> =>
      everywhere(({ by, url, env }) => {
        const ssh = env(me.who).GIT_SSH_COMMAND;
        return by === 'http' || ssh === undefined
          ? rawOverHttp(url(me.who), push)
          : rawOverSsh(url(me.who), ssh, push);
      }),
    refs: (): Promise<string[]> =>
      Promise.all(doors.map(async ({ bare }) => (await box.git(['-C', bare, 'for-each-ref'])).stdout)),
  };
}

/** Every form of the attacks is refused at every door with its sentence, and no ref moves. */
export async function everyForm(t: Test, groups: readonly AttackGroup[]): Promise<void> {
  const { act, doors, level, push, raw, refs } = await attackDoors(t);
  let tried = 0;
  for (const { name, by, prepare, together, forms } of groups) {
    await prepare?.(act);
    await level();
    const before = await refs();
    const me = act(by);
    for (const batch of together ? [forms] : forms.map((form) => [form])) {
      const answers = await attempt(me, batch);
      for (const { by: door, code, stderr } of answers)
        for (const { form, why } of batch) {
          t.not(code, 0, `${name}: ${form}, over ${door}`);
          t.match(stderr, why, `${name}: ${form}, over ${door}`);
          tried += 1;
        }
      // What follows stands on what was there before.
      if (!t.same(await refs(), before, `${name}: refs`)) return;
    }
  }
  t.comment(`${tried} refusals: ${groups.length} attacks in all their forms, at ${doors.join(', ')}`);

  async function attempt(me: Actor, batch: readonly Form[]): Promise<Said[]> {
    await me.fresh();
    const [{ form, act, own, raw: bytes }] = batch as [Form];
    await act(me);
    if (bytes !== undefined) return raw(me, await bytes(me));
    if (own !== true) await me.commit(form);
    return push(
      me,
      batch.flatMap((one) => one.push ?? ['main']),
    );
  }
}
