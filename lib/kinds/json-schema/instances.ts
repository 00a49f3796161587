import { opinionsUnder } from '../../compat/schema/instance.ts';
import { isObject, type JsonValue, pointerToken } from '../../json.ts';
import type { Content } from '../types.ts';
import type { PlacedUse, UseAnswer } from '../uses.ts';

/** Is each instance valid under the schema? One that is not has the line of what is wrong in it. */
export async function answers({ schema }: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const opinion = opinionsUnder(schema);
  return uses.map(({ use, at }): UseAnswer => {
    if (use.instance === undefined)
      return { answer: 'unknown', why: `'${use.subject}' is not on record as a whole` };
    const found = opinion(use.instance);
    if ('why' in found) return { answer: 'unknown', why: found.why };
    if (found.fault === null) return { answer: 'yes' };
    const { pointer, keyword, reason } = found.fault;
    const where = pointer === '' ? '' : ` at ${pointer}`;
    const place = placeOf(use.instance, use.lines, pointer, at);
    return {
      answer: 'no',
      missing: [{ why: `is not valid${where}: ${reason} (${keyword})`, witness: pointer, at: place }],
    };
  });
}

/** What a change of the schema does to each instance: it was valid, and is no more. */
export async function affected(old: Content, now: Content, uses: readonly PlacedUse[]): Promise<UseAnswer[]> {
  const [before, after] = [await answers(old, uses), await answers(now, uses)];
  return after.map((answer, nth): UseAnswer => {
    if (answer.answer === 'no' && before[nth]?.answer === 'no') return { answer: 'yes' };
    return answer;
  });
}

/** The line of a place in an instance, where the lines of all its values are known, each before those that it holds. */
function placeOf(instance: JsonValue, lines: JsonValue | undefined, pointer: string, at: string): string {
  const nth = positionOf(instance, pointer);
  const line = Array.isArray(lines) && nth !== null ? lines[nth] : undefined;
  return typeof line === 'number' ? `${at.slice(0, at.lastIndexOf(':'))}:${line}` : at;
}

/** How many values come before the one at a pointer. */
function positionOf(root: JsonValue, pointer: string): number | null {
  let count = 0;
  const walk = (value: JsonValue, here: string): boolean => {
    if (here === pointer) return true;
    count++;
    const inner: [string | number, JsonValue][] = Array.isArray(value)
      ? [...value.entries()]
      : isObject(value)
        ? Object.entries(value)
        : [];
    return inner.some(([key, member]) => walk(member, `${here}/${pointerToken(String(key))}`));
  };
  return walk(root, '') ? count : null;
}
