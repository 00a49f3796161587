import { RealmError } from '../../errors.ts';
import type { Forge, Notice } from '../../forge/types.ts';
import { noteOf } from '../../git/note-tree.ts';
import { listCommits } from '../../git/rev-list.ts';
import { inline } from '../../markdown.ts';
import { consumersOf, ownExports, ownImports } from '../../realm/exports.ts';
import { paths } from '../../realm/kinds.ts';
import type { Dependent } from '../../realm/ops/leave.ts';
import { namesOf } from '../../realm/releases.ts';
import { NOTES } from '../../store/aside.ts';
import { addLine } from '../../store/record-notes.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { forgeOfRepo } from '../share/forges.ts';
import {
  type About,
  type Farewell,
  farewellNotice,
  markerOf,
  markerStart,
  updateNotice,
  versionIn,
} from './notice-words.ts';
import { importStateOf } from './resolve.ts';

/** An issue that was opened, updated, or closed. */
export interface Notified {
  repo: string;
  contract: string;
  version: string;
  number: number;
  what: 'opened' | 'closed';
}

/**
 * One issue per consumer whose import of our contracts is not at the published version: opened once, closed when a newer
 * version takes its place (docs/design/forges.md). A second run changes nothing. A forge that cannot be reached costs a word: the next
 * sync tells it.
 */
export async function notifyConsumers(context: Context, workspace: Workspace): Promise<Notified[]> {
  const { model } = workspace.snapshot;
  const done: Notified[] = [];
  for (const { domain, contract, file } of ownExports(model, workspace.name)) {
    for (const { repo, entry } of consumersOf(model, domain, contract)) {
      if (repo === workspace.name || entry.resolved_version === undefined) continue;
      const state = importStateOf({ entry, published: file }, context.now());
      if (state.state === 'current') continue;
      const forge = forgeOfRepo(context, workspace, repo);
      const about: About = { contract: `${domain}/${contract}`, repo, version: file.version };
      const notice = updateNotice(about, workspace.name, { file, entry, reason: state.reason });
      const path = paths.contract(domain, contract);
      const told = await orWord(context, repo, () =>
        onceOnly(context, workspace, { forge, path, about }, async () => [
          ...(await open(forge, about, notice)),
          ...(await supersede(forge, about)),
        ]),
      );
      done.push(...told);
    }
  }
  return done;
}

/** Nothing where the forge has the issue already. */
async function open(forge: Forge, { repo, contract, version }: About, notice: Notice): Promise<Notified[]> {
  const number = await forge.notify(notice);
  return number === null ? [] : [{ repo, contract, version, number, what: 'opened' }];
}

/** Anyone who relies on a contract that goes, or will go, is notified: one issue for each import. */
export async function tellDependents(
  context: Context,
  workspace: Workspace,
  dependents: readonly Dependent[],
  farewell: Farewell = { kind: 'gone', because: 'left' },
): Promise<Notified[]> {
  const done: Notified[] = [];
  for (const { repo, domain, contract, range } of dependents) {
    const forge = forgeOfRepo(context, workspace, repo);
    const version = farewell.kind === 'gone' ? 'gone' : `retired-${farewell.sunset}`;
    const about: About = { contract: `${domain}/${contract}`, repo, version };
    const notice = farewellNotice(about, farewell, workspace.name, range);
    done.push(...(await orWord(context, repo, () => open(forge, about, notice))));
  }
  return done;
}

/** Close the issues about imports of this repo that are current now. On another forge only those just resolved are looked for. */
export async function settleNotices(
  context: Context,
  workspace: Workspace,
  resolved: readonly { domain: string; contract: string }[],
): Promise<Notified[]> {
  const own = workspace.name;
  const forge = forgeOfRepo(context, workspace, own);
  const done: Notified[] = [];
  for (const import_ of ownImports(workspace.snapshot.model, own)) {
    const { domain, contract, entry, published } = import_;
    const justNow = resolved.some((done) => done.domain === domain && done.contract === contract);
    if (forge.kind !== 'embedded' && !justNow) continue;
    if (importStateOf(import_, context.now()).state !== 'current') continue;
    const version = entry.resolved_version ?? published?.version ?? '';
    // A notice under an earlier name is about the same contract.
    for (const name of published === undefined ? [] : namesOf(domain, contract, published)) {
      const closed = await orWord(context, own, () =>
        closeAll(
          forge,
          { contract: name, repo: own, version },
          { comment: `Resolved: ${inline(own)} is at ${inline(version)}.` },
        ),
      );
      done.push(...closed);
    }
  }
  return done;
}

/**
 * A notice on a forge of others is recorded in a note on the realm commit that published the version, so that no later
 * sync has to ask that forge again (docs/design/layout.md). The embedded one is in the realm itself.
 */
async function onceOnly(
  context: Context,
  workspace: Workspace,
  { forge, path, about }: { forge: Forge; path: string; about: About },
  tell: () => Promise<Notified[]>,
): Promise<Notified[]> {
  if (forge.kind === 'embedded') return tell();
  const { repo, branch } = workspace.store;
  const range = { tips: [branch], paths: [path], most: 1 };
  const [commit = ''] = await listCommits(repo, range);
  const notified = JSON.stringify(about);
  // The last word of its line, so that it is found without reading every record.
  const told = `"notified":${notified}}`;
  const note = await noteOf(workspace.store.objects, NOTES, commit);
  if (note.kind === 'bad') throw new RealmError('bad-note', note.why);
  if (note.kind === 'note' && note.text.split('\n').some((line) => line.endsWith(told))) return [];
  const done = await tell();
  const { email } = workspace.who();
  const record = { kind: 'notified', by: email, at: isoSeconds(context.now()), notified: about };
  if (commit !== '') await addLine(workspace.store, commit, JSON.stringify(record), workspace.who());
  return done;
}

async function orWord(context: Context, repo: string, work: () => Promise<Notified[]>): Promise<Notified[]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    context.note(`${repo} was not notified: ${error.message}${hint}`);
    return [];
  }
}

const supersede = (forge: Forge, about: About): Promise<Notified[]> =>
  closeAll(forge, about, {
    but: markerOf(about),
    comment: `Superseded by ${inline(about.version)}.`,
    from: 'us',
  });

/** Close the issues about an import, whatever their version. */
async function closeAll(
  forge: Forge,
  { contract, repo, version }: About,
  { but, comment, from }: { but?: string; comment: string; from?: 'us' },
): Promise<Notified[]> {
  const done: Notified[] = [];
  const seen = new Set<string>();
  for (const open of await forge.notices(markerStart({ contract, repo }), from)) {
    if (seen.has(open.marker)) continue;
    seen.add(open.marker);
    if (open.marker === but) continue;
    const number = await forge.settle(open.marker, comment, from);
    // The version that the notice was about, which need not be the one that closes it.
    const about = versionIn(open.marker, { contract, repo }) ?? version;
    if (number !== null) done.push({ repo, contract, version: about, number, what: 'closed' });
  }
  return done;
}
