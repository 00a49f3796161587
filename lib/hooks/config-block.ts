import { bytesOf, hookCommand } from './block.ts';
import type { HookName, HookPrograms } from './types.ts';

// Hooks by configuration (git 2.54): `hook.<name>.event` and `hook.<name>.command`, run in the order of the
// configuration and before the hook of the hooks directory, wherever core.hooksPath points. The name may not be that
// of an event, and an event without a command is fatal, so both are written and removed as one marked block.

const opening = '# >>> git realm hooks >>>\n';
const openingAfterNewline = '# >>> git realm hooks (newline added) >>>\n';
const closing = '# <<< git realm hooks <<<\n';

/** Has this git hooks by configuration? Not before 2.54. */
export function hasConfigHooks(gitVersion: string): boolean {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(gitVersion) ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 54);
}

/** The repository's configuration with our hooks as its last sections; one character per byte. */
export function writeConfigBlock(text: string, hooks: readonly HookName[], programs: HookPrograms): string {
  const bare = removeConfigBlock(text);
  if (bare === 'damaged') return text;
  const open = bare === '' || bare.endsWith('\n') ? opening : `\n${openingAfterNewline}`;
  return bare + open + sections(hooks, programs) + closing;
}

const sections = (hooks: readonly HookName[], programs: HookPrograms): string =>
  hooks
    .map(
      (hook) =>
        `[hook "git-realm-${hook}"]\n\tevent = ${hook}\n\tcommand = ${configQuote(hookCommand(hook, programs))}\n`,
    )
    .join('');

const configQuote = (bytes: string): string =>
  `"${bytes.replace(/["\\\n\t]/g, (char) => (char === '\n' ? '\\n' : char === '\t' ? '\\t' : `\\${char}`))}"`;

/** The configuration without our block, byte for byte; `damaged` when its marks do not pair up. */
export function removeConfigBlock(text: string): string | 'damaged' {
  const found = findConfigBlock(text);
  if (found === undefined || found === 'damaged') return found ?? text;
  return text.slice(0, found.start) + text.slice(found.end);
}

/** Where our block lies, with the newline that was added for it. */
export function findConfigBlock(
  text: string,
): { start: number; end: number; text: string } | 'damaged' | undefined {
  const marks = [...text.matchAll(/^# >>> git realm hooks( \(newline added\))? >>>\n/gm)];
  const ends = [...text.matchAll(/^# <<< git realm hooks <<<(?:\n|$)/gm)];
  const [mark] = marks;
  const [close] = ends;
  if (mark === undefined && close === undefined) return undefined;
  if (mark === undefined || close === undefined || marks.length > 1 || ends.length > 1) return 'damaged';
  if (close.index < mark.index) return 'damaged';
  const end = close.index + close[0].length;
  // The newline belongs to us only as long as nothing was written below the block.
  const start = mark[1] !== undefined && end === text.length ? mark.index - 1 : mark.index;
  return { start, end, text: text.slice(mark.index, end) };
}

/** Does the block hold this hook just as it would be written now? */
export function configHas(block: string, hook: HookName, programs: HookPrograms): boolean {
  return block.includes(sections([hook], programs));
}

/** Does the block hold this hook in any form? */
export const configNames = (block: string, hook: HookName): boolean =>
  block.includes(bytesOf(`[hook "git-realm-${hook}"]`));
