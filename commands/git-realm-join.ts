import { type JoinResult, joinRealm } from '../lib/actions/join/join.ts';
import { command } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm join`: register a repository, or attach another clone of one. */
export default command({
  name: 'join',
  summary: 'Register this repository in a realm, or attach this clone of it',
  args: [
    {
      name: 'realm',
      summary: 'path or URL of the realm (default: the realm named in .blue/config.yaml)',
      optional: true,
      complete: 'realm',
    },
  ],
  options: [
    { name: 'name', value: '<repo>', summary: 'name in the realm (default: the directory name)' },
    { name: 'detect-exports', negatable: true, default: true, summary: 'detect exports in the code' },
    { name: 'hooks', negatable: true, default: true, summary: 'install the git hooks' },
    {
      name: 'yes',
      alias: 'y',
      summary: 'do not ask before using a path named in .blue/config.yaml',
    },
    {
      name: 'ephemeral',
      summary: 'for CI: attach without hooks and without the index in your home directory',
    },
  ],
  examples: [
    { run: 'git realm join ../realm-letemcook', why: 'register this repository' },
    { run: 'git realm join', why: 'on another machine: attach a clone of a registered repository' },
  ],
  async run(args, options, invocation) {
    const result = await joinRealm(contextOf(invocation), { realm: args.realm, ...options });
    return { result, text: () => joinText(result) };
  },
});

function joinText(result: JoinResult): string {
  const lines = [
    result.asked !== null
      ? `requested to join realm ${result.realm} as ${result.repo}: ${result.asked}`
      : result.commit === null
        ? `${result.repo} is registered in realm ${result.realm}; this clone is attached`
        : `registered ${result.repo} in realm ${result.realm}`,
  ];
  if (result.pending !== null) lines.push(result.pending);
  for (const found of result.detected.exports) {
    lines.push(`detected export: ${found.name} (${found.detector}) in ${found.source_files.join(', ')}`);
  }
  for (const detectedImport of result.detected.imports) {
    const fits =
      detectedImport.contracts.length === 0 ? '' : `; possibly for ${detectedImport.contracts.join(', ')}`;
    lines.push(`detected import: ${detectedImport.binding} (${detectedImport.detector})${fits}`);
  }
  for (const place of result.detected.unresolved.slice(0, 10)) {
    lines.push(`not resolved: ${place.path}:${place.line}: ${place.why}`);
  }
  if (result.detected.unresolved.length > 10)
    lines.push(`and ${result.detected.unresolved.length - 10} more not resolved`);
  lines.push(...result.detected.refused);
  if (result.hooks.installed.length > 0) lines.push(`hooks: ${result.hooks.installed.join(', ')}`);
  // What a hook manager wants added takes several lines.
  lines.push(...result.hooks.words.flatMap((word) => word.split('\n')));
  if (result.configChanged) lines.push('wrote .blue/config.yaml: commit it, so that other clones can attach');
  return inLines(lines);
}
