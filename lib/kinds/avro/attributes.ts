import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import type { Found, RuleName } from './report.ts';

interface Described {
  pointer: string;
  written: JsonObject;
}

/** What is compared as what it is, not as an attribute. */
const KNOWN = new Set([
  ...['type', 'name', 'namespace', 'fields', 'symbols', 'size', 'items', 'values', 'default', 'aliases'],
  ...['doc', 'logicalType', 'precision', 'scale'],
]);

/** What two schemas or fields say beside their type: logical types, aliases, words, and what is not of Avro. */
export function describe(
  w: Described,
  r: Described,
  where: string,
  add: (rule: RuleName, found: Found) => void,
): void {
  const places = { kind: 'changed' as const, where, old: w.pointer, now: r.pointer };
  const say = (rule: RuleName, reason: string): void => add(rule, { ...places, reason });
  logicalTypes(w.written, r.written, where, say);
  const [old, now] = [w.written, r.written];
  const differ = (key: string): boolean => !same(old[key], now[key]);
  if (differ('aliases')) say('aliases-changed', `the aliases of ${where} changed`);
  if (differ('doc'))
    add('doc-changed', { ...places, kind: 'described', reason: `the doc of ${where} changed` });
  for (const key of new Set([...Object.keys(old), ...Object.keys(now)]))
    if (!KNOWN.has(key) && differ(key)) say('attribute-changed', `'${key}' of ${where} changed`);
}

const same = (left: JsonValue | undefined, right: JsonValue | undefined): boolean =>
  left === undefined || right === undefined ? left === right : sameJson(left, right);

function logicalTypes(
  w: JsonObject,
  r: JsonObject,
  where: string,
  say: (rule: RuleName, reason: string) => void,
): void {
  const [written, read] = [w.logicalType, r.logicalType].map((type) =>
    typeof type === 'string' ? type : undefined,
  );
  if (written === undefined && read === undefined) return;
  if (written !== read) {
    const words = (type: string | undefined): string =>
      type === undefined ? 'no logical type' : `'${type}'`;
    const reason = `${where} is written as ${words(written)} and read as ${words(read)}`;
    const isClear = written !== undefined && read !== undefined;
    say(isClear ? 'logical-type-changed' : 'logical-type-unclear', reason);
    return;
  }
  if (written !== 'decimal') return;
  const [before, after] = [w, r].map(({ precision, scale }) => ({
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
  })) as [Decimal, Decimal];
  if (before.scale === after.scale && before.precision === after.precision) return;
  const reason = `${where} is written as ${decimal(before)} and read as ${decimal(after)}`;
  const isWider = before.scale === after.scale && before.precision < after.precision;
  say(isWider ? 'decimal-widened' : 'decimal-changed', reason);
}

interface Decimal {
  precision: number;
  scale: number;
}

const decimal = ({ precision, scale }: Decimal): string =>
  `a decimal of ${precision} digits, ${scale} of them after the point`;
