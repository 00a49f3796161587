import { oidOf, type RawObject, type RawPush } from '../../servers/raw-push.ts';
import type { Actor } from '../world.ts';
import type { Form } from './group.ts';

const MOLE = 'mole <mole@example.com> 1767300000 +0000';

/** One commit of these bytes on main. */
export const rawCommit = (
  form: string,
  why: RegExp,
  text: (tree: string, parent: string) => string,
): Form => ({
  form,
  why,
  act: () => undefined,
  raw: async (me) => onMain(me, text(await me.line('rev-parse', 'origin/main^{tree}'), await tip(me)), []),
});

/** A child of main whose folder `worktrees` is a tree of these bytes, made of whatever `blob` and `tree` keep. */
export const rawTree = (
  form: string,
  why: RegExp,
  bytes: (keep: { blob(text: string): Buffer; tree(entries: Buffer[]): Buffer }) => Buffer[],
): Form => ({
  form,
  why,
  act: () => undefined,
  async raw(me) {
    const objects: RawObject[] = [];
    const keep = (object: RawObject): Buffer => {
      objects.push(object);
      return Buffer.from(oidOf(object), 'hex');
    };
    const tree = (entries: Buffer[]) => keep({ type: 'tree', bytes: Buffer.concat(entries) });
    const blob = (text: string) => keep({ type: 'blob', bytes: Buffer.from(text) });
    const folder = tree(bytes({ blob, tree }));
    // The realm has no change sets, and 'worktrees' sorts behind all that it has.
    const top = tree([await me.bytesOf('origin/main^{tree}'), treeEntry('40000', 'worktrees', folder)]);
    return onMain(me, commitText(top.toString('hex'), await tip(me)), objects);
  },
});

/** An entry as a tree has it. */
export const treeEntry = (mode: string, name: string | Buffer, oid: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${mode} `), Buffer.from(name), Buffer.from([0]), oid]);

export const commitText = (tree: string, ...parents: string[]): string =>
  `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join('')}author ${MOLE}\ncommitter ${MOLE}\n\nx\n`;

export const tip = (me: Actor): Promise<string> => me.line('rev-parse', 'origin/main');

/** A push of a commit of this text, and of what it needs, to main. */
export async function onMain(me: Actor, text: string, objects: RawObject[]): Promise<RawPush> {
  const commit: RawObject = { type: 'commit', bytes: Buffer.from(text) };
  const update = { ref: 'refs/heads/main', old: await tip(me), new: oidOf(commit) };
  return { updates: [update], objects: [...objects, commit] };
}
