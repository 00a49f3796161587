import type { GitPlace } from './run.ts';

/** Which file is written: the repository's own, the user's, or one by its path. */
export type ConfigTarget = 'local' | 'global' | { file: string };

const toTarget = (target: ConfigTarget): string[] =>
  typeof target === 'string' ? [`--${target}`] : ['--file', target.file];

/** Set a key to one value. Throws `git-failed` where it has several, or the file cannot be written. */
export async function setConfig(
  place: GitPlace,
  key: string,
  value: string,
  target: ConfigTarget = 'local',
): Promise<void> {
  await place.git(['config', ...toTarget(target), key, value]);
}

/** As `setConfig` in the repository's own file, where one that cannot be written to is an answer: false. */
export async function trySetConfig(place: GitPlace, key: string, value: string): Promise<boolean> {
  const { code } = await place.git(['config', '--local', key, value], { ok: [0, 1, 3, 4, 5, 128, 255] });
  return code === 0;
}

/** One more value of a key, in the repository's own file. */
export async function addConfig(place: GitPlace, key: string, value: string): Promise<void> {
  await place.git(['config', '--local', '--add', key, value]);
}

/** Take a key out, or of its values only those that match a regular expression. One that is not there is no failure. */
export async function unsetConfig(
  place: GitPlace,
  key: string,
  { target = 'local', matching }: { target?: ConfigTarget; matching?: string } = {},
): Promise<void> {
  const only = matching === undefined ? [] : [matching];
  // Status 5: there is no such key (git-config(1)).
  await place.git(['config', ...toTarget(target), '--unset-all', key, ...only], { ok: [0, 5] });
}

/** Take a whole section out. Throws `git-failed` where there is none, or the file cannot be written. */
export async function removeConfigSection(
  place: GitPlace,
  section: string,
  target: ConfigTarget = 'local',
): Promise<void> {
  await place.git(['config', ...toTarget(target), '--remove-section', section]);
}
