import type { Work } from '../schema/work.ts';
import type { Difference, Reader, Spot } from './types.ts';
import { type Link, Walk } from './walk.ts';

/** What one pair of schemas says itself, and which others it refers to. */
interface Own {
  found: readonly Difference[];
  links: readonly Link[];
}

/** A pair of schemas that was met, and on which way. */
interface Entered {
  own: Own;
  path: string;
  from: Entered | undefined;
}

function pathOf(entered: Entered): string {
  const names: string[] = [];
  for (let here: Entered | undefined = entered; here; here = here.from) names.push(here.path);
  return names.reduceRight(below, '');
}

/**
 * As `differencesOf`, for many places of two documents: a pair of schemas that references lead to is walked once, and each place
 * that leads to it gets its differences with a path of its own.
 */
export class SharedWalk {
  private readonly known = new Map<string, Own>();

  constructor(
    private readonly before: Reader,
    private readonly after: Reader,
    private readonly work: Work,
  ) {}

  /** Throws `OutOfWork`. */
  differences(old: Spot, now: Spot): Difference[] {
    const all: Difference[] = [];
    const met = new Set<string>();
    const listed = new Set<string>();
    // The nearest first: a difference is named by the shortest way to it.
    const waiting: Entered[] = [{ own: this.walked(old, now), path: '', from: undefined }];
    for (const here of waiting) {
      const outer = here.own.found.length > 0 ? pathOf(here) : '';
      this.work.spend(2 + 3 * here.own.found.length + (outer.length >> 5));
      for (const difference of here.own.found) {
        const { fact, keyword, property, oldPointer, pointer } = difference;
        const id = `${fact} ${keyword} ${property} ${oldPointer} ${pointer}`;
        if (!listed.has(id)) all.push({ ...difference, path: below(outer, difference.path) });
        listed.add(id);
      }
      for (const link of here.own.links) {
        if (met.has(link.key)) continue;
        met.add(link.key);
        waiting.push({ own: this.linked(link), path: link.path, from: here });
      }
    }
    return all;
  }

  private linked({ key, old, now }: Link): Own {
    const own = this.known.get(key) ?? this.walked(old, now);
    this.known.set(key, own);
    return own;
  }

  private walked(old: Spot, now: Spot): Own {
    const walk = new Walk(this.before, this.after, new Set(), this.work, true);
    walk.pair(old, now, '');
    return { found: walk.report.found, links: walk.links };
  }
}

/** A place in a value that stands at a place itself. */
function below(outer: string, inner: string): string {
  if (outer === '' || inner === '') return outer + inner;
  return /^[[.]/.test(inner) ? outer + inner : `${outer}.${inner}`;
}
