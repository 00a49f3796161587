import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import t from 'tap';
import type { Context } from '../../../lib/actions/open/context.ts';
import { inRealm } from '../../../lib/actions/open/in-realm.ts';
import { sandbox } from '../../helpers/world/cli.ts';
import { makeRepo } from '../../helpers/world/repo.ts';

/** Processes that were started meanwhile. */
async function startedBy(work: () => Promise<unknown>): Promise<ChildProcess[]> {
  const started: ChildProcess[] = [];
  const note = (message: unknown) => started.push((message as { process: ChildProcess }).process);
  subscribe('child_process', note);
  await work();
  unsubscribe('child_process', note);
  return started;
}

/** Ends with the process, or after a minute: a reader that is left open does not end by itself. */
async function hasEnded(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), 60_000);
  const ended = once(child, 'exit', { signal: late.signal }).then(
    () => true,
    () => {
      child.kill();
      return false;
    },
  );
  child.ref();
  return ended.finally(() => clearTimeout(timer));
}

t.test('no git process is left after an error, whichever it is', async (t) => {
  const box = sandbox(t);
  await makeRepo(box, 'a', { tree: { x: '1' } });
  await box.realm(['init', '--name', 'r', '--path', 'realm']);
  await box.realm(['join', '../realm'], { cwd: 'a' });
  const context = (cwd: string, odd: Partial<Context> = {}) =>
    ({
      ...{ cwd: box.path(cwd), env: { ...process.env, ...box.env }, now: () => new Date() },
      ...{ note: () => {}, progress: () => ({ at: () => {}, end: () => {} }) },
      ...odd,
    }) as unknown as Context;
  const fails = () => {
    throw new Error('unexpected');
  };
  const broken = (cwd: string, file: string, text: string) => async () => {
    writeFileSync(box.path(file), text);
    await inRealm(context(cwd), async () => {});
  };
  let count = 0;
  const ways: Record<string, () => Promise<unknown>> = {
    'the work in a member repository fails': () =>
      inRealm(context('a'), async ({ store }) => {
        await store.objects.read(`${store.branch}^{tree}`);
        fails();
      }),
    'the work in the realm itself fails': () => inRealm(context('realm'), async () => fails()),
    'progress cannot be shown': () =>
      inRealm(context('a', { progress: () => ({ at: () => {}, end: fails }) }), async () => {}),
    'the membership cannot be read': broken('a', 'a/.blue/config.yaml', 'realm: ['),
    'HEAD of the realm cannot be read': broken('realm', 'realm/.git/HEAD', 'odd\n'),
  };
  for (const [what, way] of Object.entries(ways)) {
    const started = await startedBy(() => t.rejects(way(), what));
    count += started.length;
    for (const child of started) t.ok(await hasEnded(child), `${what}: ended: ${child.spawnargs.join(' ')}`);
  }
  t.ok(count > 3, 'git was asked');
});
