import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inBench, ms, race, table } from './support/measure.ts';

const FILES = 20_000;
/** One file in so many mentions S3. */
const MENTIONS = 50;

/** `git realm join` with detection over a repository of 20,000 tracked files. */
export function run(): Promise<string> {
  return inBench(async (bench) => {
    const dir = join(bench.root, 'large');
    for (let n = 0; n < FILES; n += 1) {
      const folder = join(dir, `p${n % 200}`);
      if (n < 200) mkdirSync(folder, { recursive: true });
      const s3 = n % MENTIONS === 0;
      const call = `    return s3.get_object(Bucket="data", Key=f"area-${n}/{x}/part.json")\n`;
      const text = `${s3 ? 'import boto3\ns3 = boto3.client("s3")\n' : 'import json\n'}\n\ndef f${n}(x):\n${s3 ? call : '    return json.dumps(x)\n'}${'# filler\n'.repeat(60)}`;
      writeFileSync(join(folder, `f${n}.py`), text);
    }
    bench.run('git', ['init', '-q'], { cwd: dir });
    bench.run('git', ['add', '-A'], { cwd: dir });
    bench.run('git', ['commit', '-q', '-m', 'init'], { cwd: dir });
    bench.run('git', ['realm', 'init', '--name', 'acme', '--path', join(bench.root, 'realm')], {
      cwd: bench.root,
    });
    const times = await race(
      {
        listed: { run: () => bench.run('git', ['grep', '-c', '-I', 'boto3'], { cwd: dir }) },
        joined: { run: () => bench.run('git', ['realm', 'join', '../realm'], { cwd: dir }) },
      },
      3,
    );
    return table([
      [`a repository of ${FILES} files`, 'median', 'files per second'],
      ['git grep -c boto3', ms(times.listed), ''],
      ['git realm join, with detection', ms(times.joined), String(Math.round(FILES / (times.joined / 1000)))],
    ]);
  });
}
