import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import { detectorNamed } from '../../../lib/detect/index.ts';
import type { JsonValue } from '../../../lib/json.ts';
import { compareModules } from '../../../lib/kinds/terraform/compare.ts';

interface Pair {
  name: string;
  docs: string;
  old: string;
  new: string;
  verdict: string;
  rules?: string[];
}

const pairs = parse(
  readFileSync(join(process.cwd(), 'test/kinds/terraform/pairs.yaml'), 'utf8'),
) as readonly Pair[];

const reader = detectorNamed('terraform');
const schemaOf = async (text: string): Promise<JsonValue> => {
  const bytes = Buffer.from(text);
  const { schema, unresolved } = await reader.extract([{ path: 'main.tf', bytes }], {});
  return unresolved.length > 0 ? { unread: unresolved[0]?.why ?? '' } : schema;
};

t.test('pairs labelled by the documentation', async (t) => {
  let right = 0;
  const counts = { unknown: 0, wanted: 0, false: 0 };
  for (const pair of pairs) {
    const { verdict, changes } = compareModules(await schemaOf(pair.old), await schemaOf(pair.new));
    const rules = changes.map(({ rule = '' }) => rule.slice('terraform/'.length));
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
