import { isObject, type JsonValue, sameJson } from '../../json.ts';
import { WRITTEN } from '../numbers.ts';
import { Work } from '../schema/work.ts';
import { compareItems } from './items.ts';
import { keywordDifferences } from './keywords.ts';
import { lengthOf, named, objectOf, Pair } from './pair.ts';
import { compareParts, compareVariants } from './parts.ts';
import { compareAdditional, comparePatternProperties, compareProperties } from './properties.ts';
import { Report } from './report.ts';
import type { Difference, Effect, Reader, Spot } from './types.ts';
import { target, type Walking } from './walking.ts';
import { conditions, descriptive, encodings, isCompared } from './words.ts';
import { compareAsWritten } from './written.ts';

/** Pairs of schemas looked at in one walk at most; what lies beyond is said to be one. */
const MAX_PAIRS = 200_000;

/**
 * Every difference of two schemas, each with the place in the value where it shows. References are followed on both sides,
 * and a pair of schemas that is met again is not looked at twice: a difference in a shared schema is named where it is met
 * first. What cannot be decided keyword by keyword (`not`, `if`, a reference that leads nowhere) is one `unclear` difference.
 * Throws `OutOfWork`.
 */
export function differencesOf(
  old: { reader: Reader; spot: Spot },
  now: { reader: Reader; spot: Spot },
  seen: Set<string> = new Set(),
  work: Work = new Work(),
): Difference[] {
  const walk = new Walk(old.reader, now.reader, seen, work);
  walk.pair(old.spot, now.spot, '');
  return walk.report.found;
}

/** A pair of schemas that a walk was led to by a reference. */
export interface Link {
  key: string;
  old: Spot;
  now: Spot;
  path: string;
}

/** One walk through two schemas. With `stops`, references are not followed but listed in `links`. */
export class Walk implements Walking {
  readonly report: Report;
  readonly links: Link[] = [];
  private pairs = 0;

  constructor(
    readonly before: Reader,
    readonly after: Reader,
    private readonly seen: Set<string>,
    readonly work: Work,
    private readonly stops = false,
  ) {
    this.report = new Report(work);
  }

  pair(rawOld: Spot, rawNow: Spot, path: string): void {
    if (this.isUnchanged(rawOld.node, rawNow.node)) return;
    const [old, now] = [target(this.before, rawOld), target(this.after, rawNow)];
    if (!old || !now) {
      const reason = 'the reference points to another schema';
      if (!sameJson(rawOld.node ?? null, rawNow.node ?? null))
        this.report.whole({ old: rawOld, now: rawNow, path }, 'unclear', reason);
      return;
    }
    const key = `${old.pointer}\n${now.pointer}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    if (
      this.stops &&
      this.seen.size > 1 &&
      (old.pointer !== rawOld.pointer || now.pointer !== rawNow.pointer)
    ) {
      this.links.push({ key, old, now, path });
      return;
    }
    if (++this.pairs > MAX_PAIRS) {
      const reason = 'there are more differences than the comparison supports';
      if (this.pairs === MAX_PAIRS + 1) this.report.whole({ old, now, path }, 'unclear', reason);
      return;
    }
    this.work.spend(10 + ((path.length + key.length) >> 5));
    const [was, is] = [objectOf(old.node), objectOf(now.node)];
    if (!was || !is) {
      if (sameJson(old.node ?? true, now.node ?? true)) return;
      const effect: Effect = now.node === false ? 'narrows' : old.node === false ? 'widens' : 'unclear';
      this.report.whole({ old, now, path }, effect, `${named(old.node)} became ${named(now.node)}`);
      return;
    }
    this.objects(new Pair(old, now, this.before.normal(was), this.after.normal(is), path));
  }

  /** The same reference to what is the same: nothing to walk through. */
  private isUnchanged(old: JsonValue | undefined, now: JsonValue | undefined): boolean {
    if (!isObject(old) || !isObject(now) || typeof old.$ref !== 'string' || old.$ref !== now.$ref)
      return false;
    return this.before.unchanged?.(old.$ref) === true && sameJson(old, now);
  }

  private objects(pair: Pair): void {
    const { was, is } = pair;
    this.work.spend(
      2 * (Object.keys(was).length + Object.keys(is).length) + lengthOf(was.enum) + lengthOf(is.enum),
    );
    this.leaves(pair);
    compareProperties(this, pair);
    compareAdditional(this, pair);
    comparePatternProperties(this, pair);
    compareItems(this, pair);
    compareParts(this, pair);
    for (const keyword of ['anyOf', 'oneOf'] as const) compareVariants(this, pair, keyword);
    for (const keyword of conditions)
      compareAsWritten(this, pair, keyword, { fact: 'condition-changed', effect: 'unclear' });
    compareAsWritten(this, pair, 'discriminator', { fact: 'discriminator-changed', effect: 'unclear' });
    compareAsWritten(this, pair, 'deprecated', { fact: 'deprecated-changed', effect: 'words' });
    compareAsWritten(this, pair, 'xml', { fact: 'xml-changed', effect: 'words' });
    const defaults = was.default === undefined ? 'words-changed' : 'default-changed';
    compareAsWritten(this, pair, 'default', { fact: defaults, effect: 'words' });
    for (const keyword of encodings)
      compareAsWritten(this, pair, keyword, { fact: 'content-encoding-changed', effect: 'unclear' });
    for (const keyword of new Set([...Object.keys(was), ...Object.keys(is)]))
      if (
        keyword !== WRITTEN &&
        (descriptive.has(keyword) || keyword.startsWith('x-') || !isCompared(keyword))
      )
        compareAsWritten(this, pair, keyword, { fact: 'words-changed', effect: 'words' });
  }

  /** Keywords without a schema in them. */
  private leaves(pair: Pair): void {
    for (const { below, ...found } of keywordDifferences(pair.was, pair.is)) {
      const at = (pointer: string, own: string | undefined) =>
        `${pointer}/${found.keyword}${own === undefined ? '' : `/${own}`}`;
      this.report.note(pair, found, {
        ...(found.before === undefined ? {} : { oldPointer: at(pair.old.pointer, below?.old) }),
        ...(found.after === undefined ? {} : { pointer: at(pair.now.pointer, below?.now) }),
      });
    }
  }
}
