import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import t from 'tap';
import { sessionDirectory } from '../../lib/session/directory.ts';
import { listSessions } from '../../lib/session/list.ts';
import { parseSessions } from '../../lib/session/registry.ts';

/** A part of what the night starts. */
const PROCESSES = process.env.REALM_NIGHTLY === '1' ? 200 : 40;
// A machine that is busy with something else takes minutes.
t.setTimeout(600_000);
const realm = 'letemcook';

t.test(
  `${PROCESSES} processes start and end sessions at once: the index stays whole, no socket is left`,
  async (t) => {
    const root = mkdtempSync(path.join(tmpdir(), 'rs-'));
    t.teardown(() => rmSync(root, { recursive: true, force: true }));
    const program = path.join(root, 'session.cjs');
    await build({
      entryPoints: [path.join(import.meta.dirname, '..', 'helpers', 'sessions', 'session-process.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      minify: true,
      outfile: program,
    });
    const env = { PATH: process.env.PATH, XDG_RUNTIME_DIR: root };
    const directory = sessionDirectory(env, realm) ?? '';
    const registry = path.join(directory, 'sessions.json');

    // The index, looked at again and again by somebody who takes no lock.
    let looks = 0;
    const torn: string[] = [];
    const looking = setInterval(() => {
      if (!existsSync(registry)) return;
      const text = read(registry);
      looks++;
      if (text !== '' && parseSessions(text).length !== JSON.parse(text).sessions.length) torn.push(text);
    }, 3);

    // The test runner adds its own NODE_OPTIONS to whatever environment a child is given.
    const clean = ['-i', ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
    t.teardown(() => clearInterval(looking));
    const began = performance.now();
    const children = Array.from({ length: PROCESSES }, (_, n) =>
      spawn('env', [...clean, process.execPath, program, realm, `repo-${n}`], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    t.teardown(() => {
      for (const child of children) child.kill('SIGKILL');
    });
    const ends = children.map((child) => once(child, 'exit'));
    // Every fourth goes as soon as it is there, while others still come.
    const isShort = (n: number): boolean => n % 4 === 0;
    await Promise.all(
      children.map(async (child, n) => {
        await Promise.race([once(child.stdout, 'data'), ends[n]]);
        if (child.exitCode !== null)
          throw new Error(`process ${n} ended with ${child.exitCode} before it was open`);
        if (isShort(n)) child.kill('SIGTERM');
      }),
    );
    await Promise.all(ends.filter((_, n) => isShort(n)));
    const opened = performance.now() - began;
    const alive = children.filter((child: ChildProcess) => child.exitCode === null).length;
    t.equal(alive, PROCESSES - PROCESSES / 4);
    const listed = await listSessions(env, realm);
    t.equal(listed.length, alive, 'each that lives is listed, none that ended');
    t.equal(new Set(listed.map(({ socket }) => socket)).size, alive, 'each has a socket of its own');

    const ending = performance.now();
    for (const child of children) child.kill('SIGTERM');
    const codes = (await Promise.all(ends)).map(([code]) => code);
    t.strictSame([...new Set(codes)], [0], 'all ended well');
    clearInterval(looking);
    t.comment(
      `open after ${Math.round(opened)} ms, gone after ${Math.round(performance.now() - ending)} ms, looked at ${looks} times`,
    );
    t.ok(looks > 0);
    t.strictSame(torn, [], 'nobody ever saw half an index');
    t.strictSame(
      left(root).filter((name) => name.endsWith('.sock')),
      [],
      'no socket is left',
    );
    t.strictSame(await listSessions(env, realm), []);
    t.strictSame(left(root), ['session.cjs'], 'no index and no lock');
  },
);

/** Every file below a folder, by its name. */
const left = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
