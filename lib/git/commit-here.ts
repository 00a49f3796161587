import { type GitPlace, lastWords } from './run.ts';

/** What becomes a commit. */
export interface CommitRequest {
  message: string;
  /** `<name>: <value>`, put where git puts trailers. */
  trailer: string;
}

/**
 * Commit what is staged in a work tree, by the user, with their hooks and signature. `made` false: a hook refused it, or git
 * did; `stderr` is also what hooks said of one that was made.
 */
export async function commitStaged(
  place: GitPlace,
  cwd: string,
  { message, trailer }: CommitRequest,
): Promise<{ made: boolean; stderr: string }> {
  const args = ['commit', '--quiet', '-F', '-', '--trailer', trailer];
  const { code, stderr } = await place.git(args, { cwd, input: message, ok: [0, 1, 128], silent: true });
  return { made: code === 0, stderr };
}

/** The branch of a work tree goes back to a commit; index and files stay. */
export async function resetSoftly(place: GitPlace, cwd: string, commit: string): Promise<void> {
  await place.git(['reset', '--quiet', '--soft', commit], { cwd });
}

/** Why git would not commit for want of a name; `null`: it would, by one that is configured or made up. */
export async function committerProblem(place: GitPlace, cwd: string): Promise<string | null> {
  const { code, stderr } = await place.git(['var', 'GIT_COMMITTER_IDENT'], { cwd, ok: [0, 128] });
  return code === 0 ? null : lastWords(stderr);
}

/** A hook may end with any status. */
const ANY = Array.from({ length: 256 }, (_, status) => status);

/** Ask the commit-msg hook about a message in a file, which it may change; why it refuses it, `null`: it does not. */
export async function messageRefusal(place: GitPlace, cwd: string, file: string): Promise<string | null> {
  const args = ['hook', 'run', '--ignore-missing', 'commit-msg', '--', file];
  const { code, stderr } = await place.git(args, { cwd, ok: ANY });
  return code === 0 ? null : lastWords(stderr) || `exit status ${code}`;
}
