import { type HookName, type HookPrograms, REFUSED, refuses } from './types.ts';

// Hook files are handled as one character per byte ('latin1'), so that whatever is around our block stays as it is.

/** What has to be undone, besides taking the block out: recorded in the block's own first line. */
export type Origin = (typeof origins)[number];

const origins = [
  'prepended',
  'newline added',
  'new file',
  'new directory',
  'padded',
  'padded file',
  'padded directory',
] as const;

/**
 * `git lfs install` overwrites a hook of which it reads nothing but blanks, and fails on any other that is not its own. So a
 * hook that is ours alone, or ours and its own, starts with as many blanks as it reads; without a `#!` line git runs sh.
 */
const padding = '\n'.repeat(1024);
const padded: readonly HookName[] = ['post-commit', 'post-merge'];
const isLfs = (text: string, hook: HookName): boolean =>
  padded.includes(hook) &&
  new RegExp(`^#!/bin/sh\\n(?:command -v git-lfs [^\\n]*\\n)?git lfs ${hook} "\\$@"\\s*$`).test(text);

/** A hook that holds our block alone. */
export function newHook(hook: HookName, programs: HookPrograms, makesDirectory: boolean): string {
  const place = makesDirectory ? 'directory' : 'file';
  return padded.includes(hook)
    ? padding + hookBlock(hook, programs, `padded ${place}`)
    : `#!/bin/sh\n${hookBlock(hook, programs, `new ${place}`)}`;
}
const opening = (origin: Origin): string => `# >>> git realm (${origin}) >>>\n`;
const closing = '# <<< git realm <<<\n';

/** The block for one hook: reads the hook of the installation, does nothing where there is none any more. */
export function hookBlock(hook: HookName, programs: HookPrograms, origin: Origin): string {
  return (
    opening(origin) +
    '# Written by `git realm hooks install`; `git realm hooks uninstall` removes it. Changes to this block are lost.\n' +
    'realm_hook() {\n' +
    hookBody(hook, programs)
      .map((line) => `  ${line}\n`)
      .join('') +
    '}\n' +
    'realm_hook "$@" || exit\n' +
    closing
  );
}

/** The same as one line of shell, for git's configuration: git runs it with the hook's arguments appended. */
export function hookCommand(hook: HookName, programs: HookPrograms): string {
  const body = hookBody(hook, programs).map((line) => (/\bthen$/.test(line) ? line : `${line};`).trim());
  return `realm_hook() { ${body.join(' ')} }; realm_hook`;
}

function hookBody(hook: HookName, { home, bin, node }: HookPrograms): string[] {
  const readsInput = hook === 'post-rewrite' || hook === 'pre-push';
  return [
    `realm_home=${shellQuote(home)} realm_bin=${shellQuote(bin)} realm_node=${shellQuote(node)}`,
    `if [ -r "$realm_home/${hook}" ]; then`,
    `  . "$realm_home/${hook}"`,
    'elif command -v git-realm >/dev/null 2>&1; then',
    readsInput
      ? `  echo "git realm: git realm has moved; to repair the ${hook} hook: git realm hooks install" >&2`
      : `  git-realm hook ${hook} "$@" </dev/null || ${refuses(hook) ? `[ $? -ne ${REFUSED} ]` : ':'}`,
    'fi',
  ];
}

/** A single-quoted word for a POSIX shell, one character per byte. */
function shellQuote(text: string): string {
  return `'${bytesOf(text).replaceAll("'", "'\\''")}'`;
}

/** UTF-8 text as one character per byte. */
export const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

export interface FoundBlock {
  start: number;
  end: number;
  origin: Origin;
  text: string;
}

/** Our block in a hook's text: `damaged` when its marks do not pair up, so that nobody guesses what to cut. */
export function findBlock(text: string): FoundBlock | 'damaged' | undefined {
  const marks = [...text.matchAll(/^# >>> git realm \(([a-z ]+)\) >>>\n/gm)];
  const ends = [...text.matchAll(/^# <<< git realm <<<(?:\n|$)/gm)];
  const [mark] = marks;
  const [close] = ends;
  if (mark === undefined && close === undefined) return undefined;
  const origin = origins.find((known) => known === mark?.[1]);
  if (mark === undefined || close === undefined || origin === undefined) return 'damaged';
  if (marks.length > 1 || ends.length > 1 || close.index < mark.index) return 'damaged';
  const end = close.index + close[0].length;
  return { start: mark.index, end, origin, text: text.slice(mark.index, end) };
}

/** The text with our block right below its `#!` line, or on top where there is none. */
export function insertBlock(text: string, hook: HookName, programs: HookPrograms): string {
  if (isLfs(text, hook)) return padding + hookBlock(hook, programs, 'padded') + text;
  if (!text.startsWith('#!')) return hookBlock(hook, programs, 'prepended') + text;
  const newline = text.indexOf('\n');
  if (newline === -1) return `${text}\n${hookBlock(hook, programs, 'newline added')}`;
  return text.slice(0, newline + 1) + hookBlock(hook, programs, 'prepended') + text.slice(newline + 1);
}

/** Did the hooks directory come with this block? */
export const madeDirectory = ({ origin }: FoundBlock): boolean => /directory$/.test(origin);

/** The text without our block, byte for byte what it was; `undefined` when all of it came from us. */
export function removeBlock(text: string, block: FoundBlock): string | undefined {
  const before = text.slice(0, block.start);
  const after = text.slice(block.end);
  if (block.origin.startsWith('padded') && before.trim() === '') {
    return block.origin !== 'padded' && after === '' ? undefined : after;
  }
  const ours = block.origin === 'new file' || block.origin === 'new directory';
  if (ours && before === '#!/bin/sh\n' && after === '') return undefined;
  if (block.origin === 'newline added' && after === '' && before.endsWith('\n')) return before.slice(0, -1);
  return before + after;
}
