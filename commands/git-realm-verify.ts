import { text as readAll } from 'node:stream/consumers';
import type { RefUpdate } from '../lib/actions/hook/verify/push.ts';
import { refUpdates, type VerifyResult, verifyPush } from '../lib/actions/hook/verify.ts';
import { command, type Invocation, type Outcome } from '../lib/cli/command.ts';
import { contextOf } from '../lib/cli/context.ts';
import { counted } from '../lib/count.ts';
import { RealmError, usageError } from '../lib/errors.ts';
import { resolveRevision } from '../lib/git/refs.ts';
import { openStore } from '../lib/store/store.ts';
import { inLines } from '../lib/visible.ts';

/** `git realm verify`: may these commits stand in the realm? A server's pre-receive hook, or a job of CI. */
export default command({
  name: 'verify',
  summary: 'Verify a push to a realm against its rules',
  args: [
    { name: 'old', summary: 'the published commit; all zeros: nothing published yet', optional: true },
    { name: 'new', summary: 'the commit that would be published', optional: true },
  ],
  options: [
    {
      name: 'ref',
      value: '<ref>',
      summary: 'the ref that would be updated (default: the main branch of the realm)',
    },
    { name: 'user', value: '<name>', summary: 'the pushing user (default: GL_USER or REMOTE_USER)' },
    {
      name: 'past',
      summary: 'verify old history: keys are trusted as of the date of each signed commit',
    },
    { name: 'stdin', summary: 'read <old> <new> <ref> lines from standard input, as in a pre-receive hook' },
    { name: 'unwatched', summary: 'without the time limit, in this process', hidden: true },
  ],
  examples: [
    { run: 'git realm verify origin/main HEAD --user "$CI_USER"', why: 'in a CI job' },
    { run: 'git realm hooks install --server', why: 'in a bare realm: verify every push' },
  ],
  exits: {
    1: 'the push breaks a rule (one line for each violation), or could not be verified completely',
  },
  async run(args, options, invocation) {
    const context = contextOf(invocation);
    // Somebody else's push must not keep a server busy, nor a user who checks a push.
    const by = options.stdin || context.env.GIT_DIR !== undefined ? 'hook' : 'hand';
    if (!options.unwatched)
      return watch(invocation, by, [
        ...(options.stdin ? ['--stdin'] : []),
        ...(options.past ? ['--past'] : []),
        ...(options.user === undefined ? [] : ['--user', options.user]),
        ...(options.ref === undefined ? [] : ['--ref', options.ref]),
        ...[args.old, args.new].filter((revision) => revision !== undefined),
      ]);
    const updates = options.stdin
      ? refUpdates(await readAll(process.stdin))
      : [await update(context.cwd, context.env, args.old, args.new, options.ref)];
    const result = await verifyPush(context, { updates, user: options.user, past: options.past });
    const refused = result.refused.length > 0;
    if (refused && options.stdin) invocation.stderr.write(`${refusals(result)}\n`);
    return { result, exitCode: refused ? 1 : 0, text: () => (options.stdin ? '' : words(result)) };
  },
});

async function watch(
  invocation: Invocation,
  by: 'hook' | 'hand',
  words: readonly string[],
): Promise<Outcome<VerifyResult>> {
  const { watched } = await import('../lib/actions/hook/verify/watched.ts');
  const all = ['--unwatched', ...(invocation.json ? ['--json'] : []), ...words];
  const { exitCode, ended } = await watched(contextOf(invocation), by, all, invocation.signal);
  if (ended !== null) invocation.stderr.write(`error: ${ended}\n`);
  return { exitCode };
}

async function update(
  cwd: string,
  env: NodeJS.ProcessEnv,
  old: string | undefined,
  next: string | undefined,
  ref: string | undefined,
): Promise<RefUpdate> {
  if (old === undefined || next === undefined)
    throw usageError('specify what to verify: <old> <new>, or --stdin');
  const store = await openStore(cwd, env);
  try {
    const oid = async (revision: string) => {
      if (/^0+$/.test(revision)) return null;
      const found = await resolveRevision(store.repo, revision);
      if (found !== null) return found;
      throw new RealmError('no-such-revision', `no revision '${revision}' in this realm`, {
        hint: 'fetch it first; CI needs the whole history, not a shallow clone',
      });
    };
    return { ref: ref ?? store.branch, old: await oid(old), new: await oid(next) };
  } finally {
    store.close();
  }
}

/** Refusals that are shown one by one. */
const SHOWN = 50;

function refusals({ refused }: VerifyResult): string {
  const lines = refused
    .slice(0, SHOWN)
    .map(
      ({ ref, commit, why }) => `refused: ${commit === null ? ref : `${ref} ${commit.slice(0, 10)}`}: ${why}`,
    );
  const more = refused.length - lines.length;
  return inLines(more === 0 ? lines : [...lines, `refused: ${more} more`]);
}

function words(result: VerifyResult): string {
  if (result.refused.length > 0) return refusals(result);
  const commits = result.refs.reduce((sum, ref) => sum + ref.commits, 0);
  return counted(commits, 'commit follows the rules', 'commits follow the rules');
}
