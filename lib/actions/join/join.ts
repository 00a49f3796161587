/**
 * `lib/actions/join`: becoming part of a realm and leaving it; making a realm (`init`), and the
 * demonstration.
 */

import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { mainWorktree } from '../../checkout/main-worktree.ts';
import { identityOf, mustNotBeARealm, readMembership } from '../../checkout/member.ts';
import { publishingRemote } from '../../checkout/tip.ts';
import { type RealmPlace, rememberRealm } from '../../checkout/user-index.ts';
import { RealmError } from '../../errors.ts';
import { type GitConfig, readConfig } from '../../git/config.ts';
import { setConfig } from '../../git/config-write.ts';
import type { Identity } from '../../git/fast-import.ts';
import { resolveRef } from '../../git/refs.ts';
import { discover, type Repository } from '../../git/repository.ts';
import { directoryPath, gitUrl, refuseCaseTwin, repoName } from '../../names.ts';
import type { RegisterOp } from '../../realm/ops/register.ts';
import type { ConfigFile } from '../../realm/types.ts';
import { applyOp } from '../../store/engine.ts';
import { planOn } from '../../store/planning.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore, type Store } from '../../store/store.ts';
import { type Detected, type DetectedExport, detectIn, type ExportPreview } from '../contract/detect.ts';
import { type Context, opHead, PlannedOnly, randomId } from '../open/context.ts';
import { installRealmHooks } from '../open/hooks.ts';
import { removeMembership, writeMembership } from '../open/membership.ts';
import { notARealm, realmPlace } from '../open/realm-place.ts';
import { sharedWords, shareStore } from '../share/share.ts';

export interface JoinOptions {
  realm?: string | undefined;
  name?: string | undefined;
  detectExports: boolean;
  hooks: boolean;
  yes: boolean;
  ephemeral: boolean;
  /** Show what would be done, and change nothing. */
  preview?: boolean;
  /**
   * Asked before anything is written, where there is something to choose; absent: the exports that are not left out. Resolves
   * with those to keep, or `null`: do not join.
   */
  choose?: (preview: JoinPreview) => Promise<DetectedExport[] | null>;
}

/** What a join is about to do. */
export interface JoinPreview {
  realm: string;
  repo: string;
  detected: Detected;
}

export interface JoinResult {
  realm: string;
  repo: string;
  store: string;
  /** The realm commit that registered the repo; `null` when it was registered already (attaching a clone). */
  commit: string | null;
  /** False: this was only a preview, and nothing was changed. */
  attached: boolean;
  detected: Detected;
  hooks: { installed: string[]; words: string[] };
  /** Why the registration is not on the realm's remote yet, in words. */
  pending: string | null;
  /** Admission was asked for, in words: who decides, and how. `null`: it needs nobody. */
  asked: string | null;
  configChanged: boolean;
}

/**
 * Register this repository in a realm, or attach a clone of one that is registered: store, index, hooks. Without an
 * argument the realm is the one that `.blue/config.yaml` names. The code is read first, and nothing is written before that
 * and the choice are done. Throws `cancelled` where nobody wants it then.
 */
export async function joinRealm(context: Context, options: JoinOptions): Promise<JoinResult> {
  const repo = await discover(context.cwd, { env: context.env });
  const keep = context.dryRun !== true;
  const [config, file] = await Promise.all([readConfig(repo), readMembership(repo, keep)]);
  if (file === null) await mustNotBeARealm(repo);
  // A bare clone of a member can be attached; there is no file to write a new membership into.
  const bare = repo.worktree === null;
  if (bare && file === null) throw noWorkTree();
  const main = directoryPath(await mainWorktree(repo));
  const { yes, ephemeral } = options;
  let cloned: string | undefined;
  const place = await realmPlace({
    ...{ context, typed: options.realm, yes, ephemeral, repo, main, file },
    onCloned: (made) => {
      cloned = made;
    },
  });
  const store = await openStore(place.local_path ?? place.path ?? '', context.env);
  let undecided = true;
  try {
    await mustBeARealm(store, place, file, keep);
    const asked = file?.repo ?? repoName(options.name ?? path.basename(main).replace(/\.git$/, ''));
    const name = (await readSnapshot(store, store.branch, { keep })).model.repoNow(asked);
    if (name !== asked) context.note(`'${asked}' was renamed to '${name}'`);
    if (options.name !== undefined && options.name !== name) throw secondName(name, options.name);
    if (context.dryRun && (options.ephemeral || bare))
      throw new PlannedOnly({
        kind: 'nothing',
        why: 'this repository is already registered, so only this clone would be attached',
      });
    const attachesOnly = (options.ephemeral || bare) && file !== null;
    const isLook = options.preview === true || context.dryRun === true;
    const offline =
      attachesOnly || isLook ? null : await tryExchange(context, store, identityOf(config, context.env));
    const reads = options.detectExports && !options.ephemeral && !bare && context.dryRun !== true;
    const found = reads ? await detectIn(context, repo, store, name, { news: true }) : NOTHING;
    const detected = file === null ? found : notWaiting(found, file);
    const preview = { realm: place.name, repo: name, detected };
    if (options.preview === true) return previewed(preview, store);
    const exports = await chosen(preview, options, file);
    undecided = false;
    // From here on nothing stops on its own: its file first, so that there is never a registration without one.
    const member = { store, repo: name, realm: membershipPlace(place, main) };
    const fresh = keep && file === null && (await writeMembership(repo, { ...member, detected: exports }));
    const before = fresh ? await resolveRef(store.repo, store.branch) : null;
    const result = attachesOnly
      ? null
      : await registerRepo(context, store, config, { name, main, offline }).catch(async (error: unknown) => {
          if (fresh && !(await isRegistered(store, name, before))) await removeMembership(repo);
          throw error;
        });
    await attach(context, repo, config, options, place, bare ? undefined : { repo: name, path: main });
    const changed = await writeMembership(repo, {
      ...member,
      ...(fresh ? { detected: exports, fresh } : {}),
    });
    const hooks =
      options.hooks && !options.ephemeral && !bare
        ? await installRealmHooks(context, repo, config, store, name)
        : { installed: [], words: [] };
    return {
      realm: place.name,
      repo: name,
      store: store.repo.worktree ?? store.repo.gitDir,
      commit: result?.commit ?? null,
      attached: true,
      detected: { ...detected, exports },
      hooks,
      pending: result?.pending ?? null,
      asked: result?.asked ?? null,
      configChanged: fresh || changed,
    };
  } finally {
    store.close();
    if (undecided && cloned !== undefined) await rm(cloned, { recursive: true, force: true });
  }
}

/** Without what the file has already: as it was named, or dropped, when this repository joined. */
function notWaiting(found: Detected, file: ConfigFile): Detected {
  const waiting = (file.detected_exports ?? []) as unknown as DetectedExport[];
  const known = new Set(waiting.flatMap((found) => found.source_files ?? []));
  const isNew = ({ source_files }: DetectedExport | ExportPreview): boolean =>
    !source_files.some((file) => known.has(file));
  return { ...found, exports: found.exports.filter(isNew), previews: found.previews.filter(isNew) };
}

/** The exports to keep. Only who joins is asked: what an attached clone waits with stays as it is. */
async function chosen(
  preview: JoinPreview,
  { choose }: JoinOptions,
  file: ConfigFile | null,
): Promise<DetectedExport[]> {
  if (choose === undefined || file !== null) return preview.detected.exports;
  const exports = await choose(preview);
  if (exports !== null) return exports;
  throw new RealmError('cancelled', 'not joined, and nothing was changed', { exitCode: 1 });
}

/** What would be done, and nothing of it. */
const previewed = ({ realm, repo, detected }: JoinPreview, store: Store): JoinResult => ({
  ...{ realm, repo, store: store.repo.worktree ?? store.repo.gitDir },
  ...{ commit: null, attached: false, detected, hooks: { installed: [], words: [] } },
  ...{ pending: null, asked: null, configChanged: false },
});

/** Did the registration get there although what followed it ended badly? If that is unknown, it is assumed to be there. */
async function isRegistered(store: Store, name: string, before: string | null): Promise<boolean> {
  try {
    if ((await resolveRef(store.repo, store.branch)) === before) return false;
    return (await readSnapshot(store)).model.repo(name) !== undefined;
  } catch {
    return true;
  }
}

const NOTHING: Detected = {
  ...{ exports: [], previews: [], imports: [], own_policies: [] },
  ...{ unresolved: [], refused: [], too_large: [] },
};

async function mustBeARealm(
  store: Store,
  place: RealmPlace,
  file: ConfigFile | null,
  keep: boolean,
): Promise<void> {
  if (file !== null && file.realm.name !== place.name) {
    throw new RealmError(
      'second-realm',
      `this repository is in realm '${file.realm.name}': one realm at a time is supported`,
      {
        hint: `git realm leave, then git realm join <${place.name}>`,
      },
    );
  }
  const { model } = await readSnapshot(store, store.branch, { keep });
  if (model.realm === undefined) throw notARealm(place.path ?? place.url ?? '');
}

async function registerRepo(
  context: Context,
  store: Store,
  config: GitConfig,
  { name, main, offline }: { name: string; main: string; offline: string | null },
): Promise<{ commit: string | null; pending: string | null; asked: string | null }> {
  const who = identityOf(config, context.env);
  const { model } = await readSnapshot(store, store.branch, { keep: context.dryRun !== true });
  const known = model.repo(name);
  // A clone of what is registered only attaches: anybody may, without being who joined.
  const remote = publishingRemote(config);
  const url = remote === null ? undefined : remoteUrl(config.get(`remote.${remote}.url`), main);
  if (known === undefined) refuseCaseTwin('repo', name, model.repoNames());
  const op: RegisterOp = {
    verb: 'register',
    ...opHead(context, who),
    repo: name,
    maintainers: [who.email],
    ...(url === undefined ? { path: main } : { url }),
    payload: { localPath: main },
  };
  if (context.dryRun) {
    const snapshot = await readSnapshot(store, store.branch, { keep: false });
    throw new PlannedOnly(await planOn(snapshot, op));
  }
  const applied = await applyOp(store, op, who).catch(async (error: unknown) => {
    const asks =
      error instanceof RealmError && error.code === 'not-admitted' && error.data.admission === 'approval';
    if (!asks) throw error;
    const [{ propose }, { waitsFor }] = await Promise.all([
      import('../share/propose.ts'),
      import('../share/proposals.ts'),
    ]);
    return waitsFor(await propose(context, store, op, who), who.email);
  });
  if (typeof applied === 'string') return { commit: null, pending: null, asked: applied };
  if (applied.word !== null) context.note(applied.word);
  const pending = offline ?? (await tryExchange(context, store, who));
  return { commit: applied.commit, pending: applied.commit === null ? null : pending, asked: null };
}

/** Exchange with the realm's remote; why it is not there yet, in words. */
async function tryExchange(context: Context, store: Store, who: Identity): Promise<string | null> {
  const shared = await shareStore(context, store, who);
  const lost = 'exchange' in shared ? shared.exchange.dropped[0] : undefined;
  if (lost !== undefined) throw new RealmError('realm-refused', lost.why, { exitCode: 1 });
  return shared.state === 'shared' ? null : sharedWords(shared);
}

/** A relative path as a remote is relative to the repository: others need it whole. */
function remoteUrl(raw: string | undefined, main: string): string | undefined {
  if (raw === undefined) return undefined;
  const local = !raw.includes(':') && !path.isAbsolute(raw);
  return gitUrl(local ? path.resolve(main, raw) : raw);
}

/** The clone becomes one that commands act in: an id of its own, and its place in the index. */
async function attach(
  context: Context,
  repo: Repository,
  config: GitConfig,
  options: JoinOptions,
  place: RealmPlace,
  checkout: { repo: string; path: string } | undefined,
): Promise<void> {
  if (config.get('realm.cloneId') === undefined) {
    await setConfig(repo, 'realm.cloneId', randomId(6));
  }
  if (options.ephemeral) {
    const store = place.local_path ?? place.path ?? '';
    await mkdir(path.join(repo.commonDir, 'realm'), { recursive: true });
    await setConfig(repo, 'realm.ephemeralStore', store);
    return;
  }
  await rememberRealm(context.env, place, checkout);
}

/** Where the membership file says the realm is: its URL, or a path relative to the main work tree. */
function membershipPlace(place: RealmPlace, main: string): ConfigFile['realm'] {
  if (place.url !== undefined) return { name: place.name, url: place.url };
  return { name: place.name, path: path.relative(main, place.path ?? '') };
}

const noWorkTree = (): RealmError =>
  new RealmError('no-work-tree', 'cannot join from a bare repository: it has no work tree', {
    hint: 'run this in a clone of it',
  });

const secondName = (name: string, asked: string): RealmError =>
  new RealmError(
    'second-name',
    `this repository is already '${name}' in its realm: it cannot also join as '${asked}'`,
    {
      hint: `git realm join without --name, or git realm leave first`,
    },
  );
