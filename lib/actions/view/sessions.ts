import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { driftOf, drifts } from '../../checkout/drift.ts';
import { RealmError } from '../../errors.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { ownExports, ownImports } from '../../realm/exports.ts';
import { openSessionDirectory, sessionTrouble } from '../../session/directory.ts';
import { type ListedSession, listSessions } from '../../session/list.ts';
import type { SessionMessage } from '../../session/message.ts';
import { ping } from '../../session/peer.ts';
import { readSessions, type Session, type SessionKind } from '../../session/registry.ts';
import { type NewSession, type OpenSession, openSession } from '../../session/server.ts';
import { type Context, isoSeconds } from '../open/context.ts';
import { programPath } from '../open/hooks.ts';
import { inRealm } from '../open/in-realm.ts';
import { domainsOf } from '../open/membership.ts';
import { inWorkspace, openWorkspace, type Workspace } from '../open/workspace.ts';
import { keepNotice } from './inbox-seen.ts';

export interface SessionOptions {
  rfc?: string | undefined;
  /** Domains at work in; none: all that the repo is in. */
  domains: readonly string[];
}

export interface SessionsResult {
  /** Its name; `null`: the realm does not say one that can be read. */
  realm: string | null;
  sessions: ListedSession[];
  /** Why there can be none here, in one sentence; `null` where there can. */
  trouble: string | null;
}

/** Who is at work in the realm, each asked whether it lives; dead ones are swept. */
export async function sessionsOf(context: Context): Promise<SessionsResult> {
  const realm = await inRealm(context, async ({ snapshot }) => snapshot.model.realm?.name ?? null);
  if (realm === null) return { realm, sessions: [], trouble: 'the realm does not have a valid name' };
  return {
    realm,
    sessions: await listSessions(context.env, realm),
    trouble: sessionTrouble(context.env, realm),
  };
}

/** A session that could be had, or why not, in one sentence. */
export type StartedSession =
  /** `already`: it was there before. */
  { session: Session; already: boolean; trouble: null } | { session: null; already: false; trouble: string };

/** Milliseconds for a background session to say that it is there, also on a machine that is busy. */
const START_MS = 20_000;
const LOOK_MS = 25;

/** Start a session in the background, one for each checkout; where there can be none, say so. */
export async function startSession(context: Context, options: SessionOptions): Promise<StartedSession> {
  const { realm, repo, checkout } = await placeOf(context);
  let directory: string;
  try {
    directory = await openSessionDirectory(context.env, realm);
  } catch (error) {
    return { session: null, already: false, trouble: troubleOf(error) };
  }
  const running = (await listSessions(context.env, realm)).find(
    (session) => session.kind === 'session' && session.repo === repo && session.checkout === checkout,
  );
  if (running !== undefined && isSame(running, options))
    return { session: running, already: true, trouble: null };
  if (running !== undefined) await stopOne(running);
  const args = ['session', 'start', '--foreground', '--quiet'];
  if (options.rfc !== undefined) args.push(`--rfc=${options.rfc}`);
  for (const domain of options.domains) args.push(`--domain=${domain}`);
  const env = foreignEnvironment(context.env);
  const child = spawn(programPath(context), args, { cwd: checkout, env, detached: true, stdio: 'ignore' });
  let gone = false;
  child.on('error', () => (gone = true));
  child.on('exit', () => (gone = true));
  child.unref();
  for (const end = Date.now() + START_MS; Date.now() < end && !gone; await sleep(LOOK_MS)) {
    const session = (await readSessions(directory)).find(({ pid }) => pid === child.pid);
    if (session !== undefined) return { session, already: false, trouble: null };
  }
  return {
    session: null,
    already: false,
    trouble: 'the session did not start; for the reason: git realm session start --foreground',
  };
}

const isSame = (running: Session, options: SessionOptions): boolean =>
  (options.rfc === undefined || options.rfc === running.active_rfc) &&
  (options.domains.length === 0 || options.domains.join('\n') === running.active_domains.join('\n'));

/** End the background sessions of this checkout; returns those that ended. */
export async function stopSession(context: Context): Promise<{ stopped: ListedSession[] }> {
  const { realm, repo, checkout } = await placeOf(context);
  const mine = (await listSessions(context.env, realm)).filter(
    (session) => session.kind === 'session' && session.repo === repo && session.checkout === checkout,
  );
  for (const session of mine) await stopOne(session);
  return { stopped: mine };
}

/** How long a session may take to end, in milliseconds, before it is ended. */
const STOP_MS = 4000;

/** Its socket was just answered or accepted, so the process that bound it lives, and the id is still its own. */
async function stopOne(session: Session): Promise<void> {
  if ((await ping(session, 400)) === 'dead') return;
  const kill = (signal: NodeJS.Signals): void => {
    try {
      process.kill(session.pid, signal);
    } catch {
      // It ended meanwhile.
    }
  };
  kill('SIGTERM');
  // One that is stopped hears it only when it goes on.
  kill('SIGCONT');
  for (const end = Date.now() + STOP_MS; Date.now() < end; await sleep(LOOK_MS))
    if ((await ping(session, 400)) === 'dead') return;
  kill('SIGKILL');
}

/** How often a session looks whether its repo is still there and what it watches, in milliseconds. */
const REFRESH_MS = 60_000;

/**
 * Hold a session of this process until `signal`, or until the repo is gone or has left: keeps what it hears for `status`
 * and `inbox`, and calls `hear`. Throws `no-live-sessions`.
 */
export async function holdSession(
  context: Context,
  options: SessionOptions & { kind: SessionKind; signal: AbortSignal },
  hear: (message: SessionMessage) => void,
): Promise<{ session: OpenSession; ended: Promise<void> }> {
  const { realm, made, commonDir } = await inWorkspace(context, async (workspace) => ({
    realm: workspace.file.realm.name,
    made: await describe(context, workspace, options),
    commonDir: workspace.repo.commonDir,
  }));
  const session = await openSession(context.env, realm, made, (message) => {
    if (message.type === 'ContractChanged') void noted(message);
    hear(message);
  });
  const ended = new Promise<void>((done) => {
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    const end = (): void => {
      clearInterval(timer);
      void session.close().then(done);
    };
    async function refresh(): Promise<void> {
      try {
        const place = { ...context, cwd: made.checkout };
        await session.update(
          await inWorkspace(place, async (workspace) => {
            const { started_at: _kept, ...now } = await describe(place, workspace, options);
            return now;
          }),
        );
      } catch (error) {
        if (error instanceof RealmError && error.code !== 'locked') end();
      }
    }
    if (options.signal.aborted) end();
    else options.signal.addEventListener('abort', end, { once: true });
  });
  return { session, ended };

  async function noted(message: Extract<SessionMessage, { type: 'ContractChanged' }>): Promise<void> {
    if (message.from_repo !== made.repo) return keepNotice(commonDir, message);
    const others = session.entry.exports_modified.filter((name) => name !== message.contract);
    const exports_modified = message.stage === 'draft' ? [...others, message.contract] : others;
    await session.update({ exports_modified }).catch(() => {});
  }
}

async function describe(
  context: Context,
  workspace: Workspace,
  options: SessionOptions & { kind: SessionKind },
): Promise<NewSession> {
  const { model } = workspace.snapshot;
  const imports = ownImports(model, workspace.name);
  const exports = ownExports(model, workspace.name);
  const drift = await driftOf(workspace, workspace.levels, workspace.heads, exports, ['worktree', 'head']);
  const modified = drift.filter(
    (exported) => drifts(exported.levels.worktree) || drifts(exported.levels.head),
  );
  return {
    repo: workspace.name,
    started_at: isoSeconds(context.now()),
    kind: options.kind,
    checkout: checkoutOf(workspace),
    active_rfc: options.rfc ?? null,
    active_domains:
      options.domains.length > 0
        ? [...options.domains]
        : domainsOf(model, workspace.name).map(({ name }) => name),
    exports_modified: [...new Set(modified.map(({ contract }) => contract))],
    imports_watching: [...new Set(imports.map(({ contract }) => contract))],
    watches: imports.map(({ domain, contract }) => `${domain}/${contract}`),
  };
}

const checkoutOf = ({ repo }: Workspace): string => repo.worktree ?? repo.gitDir;

async function placeOf(context: Context): Promise<{ realm: string; repo: string; checkout: string }> {
  const workspace = await openWorkspace(context);
  try {
    return { realm: workspace.file.realm.name, repo: workspace.name, checkout: checkoutOf(workspace) };
  } finally {
    workspace.close();
  }
}

/** The sentence of `no-live-sessions`; anything else is thrown on. */
export function troubleOf(error: unknown): string {
  if (error instanceof RealmError && error.code === 'no-live-sessions') return error.message;
  throw error;
}
