import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { compareHelm } from '../../../lib/kinds/helm/compare.ts';

type Side = string | Record<string, string>;

interface Pair {
  name: string;
  docs: string;
  file?: string;
  old: Side;
  new: Side;
  verdict: string;
  rules?: string[];
}

const pairs = parse(
  readFileSync(join(process.cwd(), 'test/kinds/helm/pairs.yaml'), 'utf8'),
) as readonly Pair[];

const reader = detectorNamed('helm');

async function schemaOf(side: Side, file = 'values.yaml'): Promise<JsonValue> {
  const texts = typeof side === 'string' ? { [file]: side } : side;
  const files = Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
  const { schema, unresolved } = await reader.extract(files, {});
  return unresolved.some(({ gap }) => gap) ? null : schema;
}

t.test('pairs labelled by the documentation', async (t) => {
  let right = 0;
  const counts = { unknown: 0, wanted: 0, false: 0 };
  for (const pair of pairs) {
    const { verdict, changes } = compareHelm(
      await schemaOf(pair.old, pair.file),
      await schemaOf(pair.new, pair.file),
    );
    const rules = changes.map(({ rule = '' }) => rule.slice('helm/'.length));
    const isRight =
      verdict.verdict === pair.verdict && (pair.rules ?? []).every((rule) => rules.includes(rule));
    if (isRight) right++;
    if (verdict.verdict === 'unknown') counts.unknown++;
    if (pair.verdict === 'unknown') counts.wanted++;
    if (['compatible', 'equal'].includes(verdict.verdict) && !['compatible', 'equal'].includes(pair.verdict))
      counts.false++;
    t.ok(isRight, `${pair.name} (${pair.docs}): ${verdict.verdict}, ${rules.join(', ')}`);
  }
  t.equal(counts.false, 0, 'none is called compatible that is not');
  t.comment(`${right} of ${pairs.length}; ${counts.unknown} unknown where ${counts.wanted} are`);
});
