import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { RealmError } from '../../errors.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { hooksFolder } from '../../git/rev-parse.ts';
import { gitIn } from '../../git/run.ts';
import { shellQuoted } from '../../shell-word.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import { openStore } from '../../store/store.ts';
import type { Context } from '../open/context.ts';
import { programPath } from '../open/hooks.ts';

export interface ServerHook {
  path: string;
  state: 'installed' | 'absent' | 'foreign';
}

const MARK = '# git realm: judges every push by the rules of this realm';

/**
 * The pre-receive hook of a realm that others push to: it sees all refs of a push at once, before any moves, and takes all
 * or nothing. A hook of somebody else is never touched: throws `hook-taken` with the line to add.
 */
export async function serverHook(
  context: Context,
  what: 'install' | 'uninstall' | 'status',
): Promise<ServerHook> {
  const store = await openStore(context.cwd, context.env);
  try {
    // The store's own git runs without hooks: ask git where the server's looks.
    const folder = await hooksFolder(gitIn(store.repo.commonDir, foreignEnvironment(context.env)));
    const file = path.join(folder, 'pre-receive');
    const there = await readFile(file, 'utf8').catch(() => null);
    const state = there === null ? 'absent' : there.includes(MARK) ? 'installed' : 'foreign';
    if (what === 'status') return { path: file, state };
    if (state === 'foreign') throw taken(file, context);
    if (what === 'uninstall') {
      await rm(file, { force: true });
      return { path: file, state: 'absent' };
    }
    const { commit, model } = await readSnapshot(store);
    if (commit !== null && model.realm === undefined)
      throw new RealmError('not-a-realm', `'${context.cwd}' is not a realm: it has no realm.yaml`, {
        hint: 'run this in the bare repository of the realm on its server',
      });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, script(context));
    await chmod(`${file}.new`, 0o755);
    await rename(`${file}.new`, file);
    return { path: file, state: 'installed' };
  } finally {
    store.close();
  }
}

/** A missing program refuses every push: a realm without its judge takes nothing. */
const script = (context: Context): string => `#!/bin/sh
${MARK}.
PATH=\${PATH:+$PATH:}${shellQuoted(path.dirname(process.execPath))}
export PATH
${command(context)}
`;

const command = (context: Context): string => `exec ${shellQuoted(programPath(context))} verify --stdin`;

const taken = (file: string, context: Context): RealmError =>
  new RealmError('hook-taken', `'${file}' is an existing hook of another program`, {
    exitCode: 1,
    hint: `pass its standard input to: ${shellQuoted(programPath(context))} verify --stdin`,
  });
