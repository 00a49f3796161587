import { type HookName, type Manager, REFUSED, refuses } from './types.ts';

/**
 * One line of shell for a hook that is not ours: nothing where `git-realm` is not installed, and only a refusal stops what
 * git was doing, wherever in a script it stands. Hooks that read standard input take it as their last line.
 */
export function callLine(hook: HookName, args = '"$@"'): string {
  const call = ['git-realm', 'hook', hook, args].filter((word) => word !== '').join(' ');
  const then = refuses(hook) ? `[ $? -ne ${REFUSED} ] || exit 1` : ':';
  return `if command -v git-realm >/dev/null; then ${call} || ${then}; fi`;
}

/** What a line depends on besides the manager: where it keeps its configuration, and which version it is. */
export interface ManagerFacts {
  /** Relative to the work tree; the first is where the line goes. */
  files: readonly string[];
  /** Of husky (4, 8, 9) and pre-commit (3, 4), where it matters. */
  version?: number | undefined;
}

/** What to add, and where, so that a hook manager runs ours. */
export function managerLine(
  manager: Manager,
  hook: HookName,
  { files: [file], version }: ManagerFacts = { files: [] },
): { lineFile: string; line: string } {
  switch (manager) {
    case 'husky':
      if (version !== 4) return { lineFile: `.husky/${hook}`, line: callLine(hook) };
      return {
        lineFile: file ?? 'package.json',
        line: `"husky": { "hooks": { ${jsonPair(hook, huskyCall(hook))} } }`,
      };
    case 'lefthook':
      return { lineFile: file ?? 'lefthook.yml', line: lefthookLine(hook) };
    case 'pre-commit':
      return { lineFile: '.pre-commit-config.yaml', line: frameworkLine(hook, version) };
    case 'simple-git-hooks':
      return {
        lineFile: file ?? 'package.json',
        line: `"simple-git-hooks": { ${jsonPair(hook, callLine(hook))} }`,
      };
  }
}

const jsonPair = (hook: HookName, line: string): string => `${JSON.stringify(hook)}: ${JSON.stringify(line)}`;

/** husky 4 hands a hook's arguments and input on as environment variables. */
function huskyCall(hook: HookName): string {
  const call = callLine(hook, '$HUSKY_GIT_PARAMS');
  return hook === 'pre-push' ? `printf '%s\\n' "$HUSKY_GIT_STDIN" | { ${call}; }` : call;
}

function lefthookLine(hook: HookName): string {
  const withArgs = !['pre-commit', 'post-commit', 'pre-applypatch'].includes(hook);
  const readsInput = hook === 'post-rewrite' || hook === 'pre-push';
  return [
    `${hook}:`,
    '  commands:',
    '    git-realm:',
    `      run: ${callLine(hook, withArgs ? '{0}' : '')}`,
    ...(readsInput ? ['      use_stdin: true'] : []),
  ].join('\n');
}

function frameworkLine(hook: HookName, version: number | undefined): string {
  return [
    '- repo: local',
    '  hooks:',
    `    - id: git-realm-${hook}`,
    '      name: git realm',
    '      language: system',
    `      entry: sh -c '${frameworkCall(hook)}'`,
    '      always_run: true',
    '      pass_filenames: false',
    '      verbose: true',
    `      stages: [${stageOf(hook, version)}]`,
  ].join('\n');
}

/** pre-commit 4 warns of the two names that are the only ones version 3.1 and earlier know. */
function stageOf(hook: HookName, version: number | undefined): string {
  if (version !== undefined && version >= 4) return hook;
  return hook === 'pre-commit' ? 'commit' : hook === 'pre-push' ? 'push' : hook;
}

/** The framework hands a hook's arguments and input on as environment variables. */
function frameworkCall(hook: HookName): string {
  switch (hook) {
    case 'prepare-commit-msg':
      return callLine(hook, '.git/COMMIT_EDITMSG "$PRE_COMMIT_COMMIT_MSG_SOURCE"');
    case 'post-merge':
      return callLine(hook, '"$PRE_COMMIT_IS_SQUASH_MERGE"');
    case 'post-rewrite':
      return callLine(hook, '"$PRE_COMMIT_REWRITE_COMMAND"');
    case 'pre-push':
      return (
        'echo "$PRE_COMMIT_LOCAL_BRANCH $PRE_COMMIT_TO_REF $PRE_COMMIT_REMOTE_BRANCH $PRE_COMMIT_FROM_REF" | ' +
        `{ ${callLine(hook, '"$PRE_COMMIT_REMOTE_NAME" "$PRE_COMMIT_REMOTE_URL"')}; }`
      );
    default:
      return callLine(hook, '');
  }
}

/** The end of a call in any language: what it compares with the exit status. */
const judged = new RegExp(`\\b${REFUSED}\\b`);

/** Lines of a text that call `git-realm hook <hook>` outside a comment. */
const callsOf = (text: string, hook: HookName): string[] =>
  text.split('\n').filter((line) => !/^\s*(?:#|\/\/)/.test(line) && callPattern(hook).test(line));

/** Has the user added the line? */
export const callsUs = (text: string, hook: HookName): boolean => callsOf(text, hook).length > 0;

/** Is the line one of an earlier version, which took any failure for a refusal, and now takes no refusal for one? */
export const callsOld = (text: string, hook: HookName): boolean =>
  refuses(hook) && callsOf(text, hook).some((line) => !judged.test(line));

/** Shell's words, or the list of arguments of another language. */
const callPattern = (hook: HookName): RegExp =>
  new RegExp(`\\bgit[- ]realm['", [(]+hook['", ]+${hook}(?![\\w-])`);
