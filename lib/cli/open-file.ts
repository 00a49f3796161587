import { spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RealmError } from '../errors.ts';

/** Write a text to a new temporary file and show it in whatever the desktop opens such files with. Returns the path. */
export async function openText(name: string, text: string): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'git-realm-')), name);
  await writeFile(file, text);
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  await new Promise<void>((done, failed) => {
    const child = spawn(opener, [file], { detached: true, stdio: 'ignore' });
    child.on('error', (cause) =>
      failed(
        new RealmError('no-opener', `cannot start '${opener}'`, { hint: `open it yourself: ${file}`, cause }),
      ),
    );
    child.on('spawn', () => {
      child.unref();
      done();
    });
  });
  return file;
}
