import type { Ran } from '../world/cli.ts';
import { type Actor, contract, type Person } from './world.ts';

/** Writes these files, or changes what they hold; `null`: removes one. */
export const files =
  (changes: Record<string, string | ((text: string) => string) | null>) =>
  (me: Actor): void => {
    for (const [path, change] of Object.entries(changes)) {
      if (change === null) me.remove(path);
      else me.write({ [path]: typeof change === 'string' ? change : change(me.read(path)) });
    }
  };

/** A record of a decision, as a note has it. */
export const record = (who: Person, at = new Date().toISOString(), more: object = {}): string =>
  JSON.stringify({ kind: 'approval', by: `${who}@example.com`, at, ...more });

/** A record of mole's that is there. */
export async function noted(act: (who: Person) => Actor): Promise<void> {
  const boss = act('boss');
  await boss.fresh();
  const there = await boss.line('for-each-ref', '--format=%(objectname)', 'refs/notes/realm');
  if (there !== '') return;
  await boss.note('origin/main', `${record('boss')}\n`);
  mustPass(await boss.push('refs/notes/realm'));
}

/** What is only prepared must go through. */
export function mustPass({ code, stderr }: Ran): void {
  if (code !== 0) throw new Error(`refused: ${stderr}`);
}

/** Commits the breaking change of the contract, as a proposal says it. */
export async function breaking(me: Actor, read: string, id = 'p1'): Promise<void> {
  files({ 'domains/s3/contracts/paths.yaml': contract('2.0.0', read, '  - { version: "2.0.0" }\n') })(me);
  const op = JSON.stringify({ verb: 'publish', by: `${me.who}@example.com`, proposed: true, proposal: id });
  await me.commit(`proposal: break\n\nRealm-Op: ${op}`);
}

/** A record that approves exactly what the proposal changes. */
export async function approveBy(me: Actor, id: string): Promise<void> {
  await me.fresh();
  const ref = `refs/realm/proposals/${id}`;
  const changes = await approvable(me, id);
  const shown = await me.git('notes', '--ref=realm', 'list');
  const oid = await me.line('rev-parse', ref);
  const there = shown.stdout.includes(oid) ? (await me.git('notes', '--ref=realm', 'show', oid)).stdout : '';
  await me.note(ref, `${there}${await me.signedRecord(ref, record(me.who, undefined, { changes }))}\n`);
  mustPass(await me.push('refs/notes/realm'));
}

/** What an approval of a proposal is for, blob by blob. */
export async function approvable(
  me: Actor,
  id: string,
): Promise<{ path: string; old: string; new: string }[]> {
  const ref = `refs/realm/proposals/${id}`;
  const raw = await me.line('diff-tree', '-r', '--no-abbrev', `${ref}^`, ref);
  return raw.split('\n').map((line) => {
    const [, , from = '', to = '', , path = ''] = line.split(/[ \t]/);
    return { path, old: from, new: to };
  });
}

/** Commits what a proposal proposes as if it had been approved. */
export async function land(me: Actor, id: string): Promise<void> {
  await me.git('checkout', '-q', `refs/realm/proposals/${id}`, '--', '.');
  await me.commit(`land\n\nRealm-Op: {"verb":"land","proposal":"${id}","by":"${me.who}@example.com"}`);
}
