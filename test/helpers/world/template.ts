import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { type Sandbox, sandbox, sandboxAt } from './cli.ts';

/** Where worlds are kept: for a whole run, where `npm test` says so (test/helpers/run/test.ts), else for this process. */
let folder: string | undefined;
let isTaken = false;

/**
 * A sandbox in which `build` has run: once for each of the files that run at the same time, and copied from then on. Worlds
 * hold their own path in commits, so that each copy lies where the first one lay; where that place is taken by a test
 * that still runs, the world is built anew.
 */
export async function templateOf(
  t: Test,
  name: string,
  build: (box: Sandbox) => Promise<void>,
): Promise<Sandbox> {
  if (isTaken) return built(sandbox(t), build);
  const place = join(worlds(), process.env.TAP_JOB_ID ?? '0');
  const top = join(place, 'now');
  const kept = join(place, name);
  const minutes = `${kept}.minutes`;
  isTaken = true;
  t.teardown(() => {
    isTaken = false;
  });
  for (const left of [top, `${top}.saved`]) rmSync(left, { recursive: true, force: true, maxRetries: 3 });
  mkdirSync(place, { recursive: true });
  if (existsSync(kept)) {
    execFileSync('cp', ['-a', kept, top]);
    const box = sandboxAt(t, top, Number(readFileSync(minutes, 'utf8')));
    // A copy has other inodes than its index knows.
    for (const name of readdirSync(top))
      if (existsSync(join(top, name, '.git')))
        execFileSync('git', ['update-index', '-q', '--refresh'], { cwd: join(top, name), env: box.env });
    return box;
  }
  mkdirSync(top);
  const box = await built(sandboxAt(t, top), build);
  execFileSync('cp', ['-a', top, `${kept}.new`]);
  writeFileSync(minutes, String(box.minutes()));
  renameSync(`${kept}.new`, kept);
  return box;
}

async function built(box: Sandbox, build: (box: Sandbox) => Promise<void>): Promise<Sandbox> {
  await build(box);
  return box;
}

function worlds(): string {
  if (folder !== undefined) return folder;
  folder = process.env.REALM_TEST_WORLDS;
  if (folder !== undefined) return folder;
  const own = realpathSync(mkdtempSync(join(tmpdir(), 'realm-')));
  process.once('exit', () => rmSync(own, { recursive: true, force: true, maxRetries: 3 }));
  folder = own;
  return own;
}
