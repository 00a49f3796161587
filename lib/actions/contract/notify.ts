import { RealmError } from '../../errors.ts';
import type { Forge } from '../../forge/types.ts';
import { noteOf } from '../../git/note-tree.ts';
import { listCommits } from '../../git/rev-list.ts';
import { code, inline, inMarker, title } from '../../markdown.ts';
import { consumersOf, ownExports, ownImports } from '../../realm/exports.ts';
import { paths } from '../../realm/kinds.ts';
import type { Dependent } from '../../realm/ops/leave.ts';
import { namesOf, releasesOf } from '../../realm/releases.ts';
import type { ContractFile, ImportEntry } from '../../realm/types.ts';
import { NOTES } from '../../store/aside.ts';
import { addLine } from '../../store/record-notes.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import { forgeOfRepo } from '../share/forges.ts';
import { importStateOf } from './resolve.ts';

/** An issue that was opened, updated, or closed. */
export interface Notified {
  repo: string;
  contract: string;
  version: string;
  number: number;
  what: 'opened' | 'closed';
}

/** What stands in the body of the issue of one consumer and version: it is found again by this. */
const marker = (contract: string, consumer: string, version: string): string =>
  `${prefix(contract, consumer)}${inMarker(version)} -->`;

const prefix = (contract: string, consumer: string): string =>
  `<!-- git-realm:notice ${inMarker(contract)} ${inMarker(consumer)} `;

/**
 * One issue per consumer whose import of our contracts is not at the published version: opened once, closed when a newer
 * version takes its place (docs/design/forges.md). A second run changes nothing. A forge that cannot be reached costs a word: the next
 * sync tells it.
 */
export async function notifyConsumers(context: Context, workspace: Workspace): Promise<Notified[]> {
  const { model } = workspace.snapshot;
  const done: Notified[] = [];
  for (const { domain, contract, file } of ownExports(model, workspace.name)) {
    const name = `${domain}/${contract}`;
    for (const { repo, entry } of consumersOf(model, domain, contract)) {
      if (repo === workspace.name || entry.resolved_version === undefined) continue;
      const state = importStateOf({ entry, published: file }, context.now());
      if (state.state === 'current') continue;
      const forge = forgeOfRepo(context, workspace, repo);
      const told = async (): Promise<Notified[]> => {
        const notice = noticeOf(workspace.name, name, repo, file, entry, state.reason);
        const number = await forge.notify(notice);
        const opened =
          number === null
            ? []
            : [{ repo, contract: name, version: file.version, number, what: 'opened' as const }];
        return [...opened, ...(await supersede(forge, repo, name, file.version))];
      };
      const once = { contract: name, repo, version: file.version };
      done.push(
        ...(await orWord(context, repo, () =>
          onceOnly(context, workspace, forge, domain, contract, once, told),
        )),
      );
    }
  }
  return done;
}

/** What becomes of a contract that others import. */
export type Farewell =
  | { kind: 'gone'; because: 'left' | 'removed' }
  /** It goes on that day; `reason` in the owner's words. */
  | { kind: 'retired'; sunset: string; reason?: string | undefined };

/** Anyone who relies on a contract that goes, or will go, is notified: one issue for each import. */
export async function tellDependents(
  context: Context,
  workspace: Workspace,
  dependents: readonly Dependent[],
  farewell: Farewell = { kind: 'gone', because: 'left' },
): Promise<Notified[]> {
  const done: Notified[] = [];
  for (const { repo, domain, contract, range } of dependents) {
    const name = `${domain}/${contract}`;
    const forge = forgeOfRepo(context, workspace, repo);
    const version = farewell.kind === 'gone' ? 'gone' : `retired-${farewell.sunset}`;
    const [heading, first] = farewellWords(farewell, workspace.name, name, repo, range);
    const lines = [
      marker(name, repo, version),
      first,
      ...(farewell.kind === 'retired' && farewell.reason !== undefined
        ? ['', `Reason: ${inline(farewell.reason)}`]
        : []),
      '',
      'Find another provider, or remove the import: `git realm import --remove`.',
    ];
    const told = await orWord(context, repo, async () => {
      const number = await forge.notify({
        marker: marker(name, repo, version),
        title: title(heading),
        body: lines.join('\n'),
        labels: ['git-realm'],
      });
      return number === null ? [] : [{ repo, contract: name, version, number, what: 'opened' }];
    });
    done.push(...told);
  }
  return done;
}

function farewellWords(
  farewell: Farewell,
  owner: string,
  name: string,
  repo: string,
  range: string,
): [heading: string, first: string] {
  if (farewell.kind === 'retired')
    return [
      `${name} will be removed on ${farewell.sunset}`,
      `${inline(owner)} will remove ${code(name)} on ${inline(farewell.sunset)}. ${inline(repo)} imports it (${code(range)}).`,
    ];
  return farewell.because === 'left'
    ? [
        `${name} was removed: ${owner} left the realm`,
        `${inline(owner)} left the realm, which removed ${code(name)}: the import ${code(range)} of ${inline(repo)} is broken.`,
      ]
    : [
        `${name} was removed by ${owner}`,
        `${inline(owner)} removed ${code(name)}: the import ${code(range)} of ${inline(repo)} is broken.`,
      ];
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
        closeAll(forge, own, name, version, null, `Resolved: ${inline(own)} is at ${inline(version)}.`),
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
  forge: Forge,
  domain: string,
  contract: string,
  once: { contract: string; repo: string; version: string },
  tell: () => Promise<Notified[]>,
): Promise<Notified[]> {
  if (forge.kind === 'embedded') return tell();
  const { repo, branch } = workspace.store;
  const range = { tips: [branch], paths: [paths.contract(domain, contract)], most: 1 };
  const [commit = ''] = await listCommits(repo, range);
  const notified = JSON.stringify(once);
  // The last word of its line, so that it is found without reading every record.
  const told = `"notified":${notified}}`;
  const note = await noteOf(workspace.store.objects, NOTES, commit);
  if (note.kind === 'bad') throw new RealmError('bad-note', note.why);
  if (note.kind === 'note' && note.text.split('\n').some((line) => line.endsWith(told))) return [];
  const done = await tell();
  const { email } = workspace.who();
  const record = { kind: 'notified', by: email, at: isoSeconds(context.now()), notified: once };
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

const supersede = (forge: Forge, repo: string, name: string, version: string): Promise<Notified[]> =>
  closeAll(
    forge,
    repo,
    name,
    version,
    marker(name, repo, version),
    `Superseded by ${inline(version)}.`,
    'us',
  );

async function closeAll(
  forge: Forge,
  repo: string,
  name: string,
  version: string,
  but: string | null,
  comment: string,
  from?: 'us',
): Promise<Notified[]> {
  const done: Notified[] = [];
  const seen = new Set<string>();
  for (const open of await forge.notices(prefix(name, repo), from)) {
    if (seen.has(open.marker)) continue;
    seen.add(open.marker);
    if (open.marker === but) continue;
    const number = await forge.settle(open.marker, comment, from);
    // The version that the notice was about, which need not be the one that closes it.
    const about = open.marker.slice(prefix(name, repo).length).replace(/ -->$/, '') || version;
    if (number !== null) done.push({ repo, contract: name, version: about, number, what: 'closed' });
  }
  return done;
}

/** What showed that the binding went with the version that it was resolved at. */
const proofWord = ({ proof, resolved_version: at }: ImportEntry): string =>
  proof === 'proved' ? `proved at ${at}` : (proof ?? 'unproved');

function noticeOf(
  provider: string,
  name: string,
  consumer: string,
  file: ContractFile,
  entry: ImportEntry,
  reason: string,
) {
  const releases = releasesOf(file);
  const since = releases.findIndex((release) => release.version === entry.resolved_version);
  const news = (since < 0 ? releases.slice(0, 1) : releases.slice(0, since)).slice(0, 20);
  const lines = [
    marker(name, consumer, file.version),
    `${inline(provider)} published ${code(name)} ${inline(file.version)}; ${inline(consumer)} is at ${inline(entry.resolved_version ?? 'no version')} (${inline(reason)}).`,
    '',
    ...news.flatMap((release) =>
      (release.changes ?? []).map((change) => `- ${inline(release.version)}: ${inline(change)}`),
    ),
    '',
    ...(entry.binding === undefined
      ? []
      : [`What uses it: ${code(entry.binding)} (${inline(proofWord(entry))})`, '']),
    'Update it, push, then:',
    '',
    '```',
    'git realm sync',
    '```',
  ];
  return {
    marker: marker(name, consumer, file.version),
    title: title(`${name} ${file.version}: ${consumer} is at ${entry.resolved_version ?? 'no version'}`),
    body: lines.join('\n'),
    labels: ['git-realm'],
  };
}
