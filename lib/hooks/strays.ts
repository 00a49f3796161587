import { dirname } from 'node:path/posix';
import { type FoundBlock, findBlock, madeDirectory, removeBlock } from './block.ts';
import { managerOf } from './managers.ts';
import { HOOKS, type HookName, type HookStep, type HooksState } from './types.ts';

/** A file with a block of ours that is not a hook where git looks for one. */
export interface Stray {
  hook: HookName;
  path: string;
  mode: number;
  text: string;
  block: FoundBlock | 'damaged';
  /** A hook manager runs it all the same. */
  fires: boolean;
}

/**
 * What hook managers do with a hook that they find: pre-commit renames it to `<hook>.legacy` and runs it before its own,
 * lefthook to `<hook>.old` and leaves it; husky points git at another directory. What they leave comes back when they go.
 */
export function straysOf(state: HooksState): Stray[] {
  return state.strays.flatMap(({ path, mode, text }) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    // The longest name that fits: there may be more hooks than ours.
    const hook = HOOKS.find(
      (hook) => name === hook || name.startsWith(`${hook}.`) || name.startsWith(`${hook}-`),
    );
    const block = findBlock(text);
    if (hook === undefined || block === undefined) return [];
    return [{ hook, path, mode, text, block, fires: fires(state, hook, path, mode) }];
  });
}

function fires(state: HooksState, hook: HookName, path: string, mode: number): boolean {
  const file = state.files[hook];
  return (
    path === `${state.repo.hooksDir}/${hook}.legacy` &&
    (mode & 0o111) !== 0 &&
    file.kind === 'file' &&
    managerOf(file.text) === 'pre-commit'
  );
}

/** The block of ours that pre-commit runs before its own hooks. */
export const legacyOf = (state: HooksState, hook: HookName): Stray | undefined =>
  straysOf(state).find((stray) => stray.hook === hook && stray.fires);

/** Take the block out; a file that held nothing else goes, and the directory that came with it. */
export function removeStray({ path, mode, text, block }: Stray): HookStep[] {
  if (block === 'damaged') return [];
  const rest = removeBlock(text, block);
  if (rest !== undefined) return [{ kind: 'write', path, text: rest, mode }];
  const remove: HookStep = { kind: 'remove', path };
  return madeDirectory(block) ? [remove, { kind: 'rmdir', path: dirname(path) }] : [remove];
}
