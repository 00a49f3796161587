import { sameJson } from '../../json.ts';
import type { Work } from '../schema/work.ts';
import { withKeyword } from './keywords.ts';
import { listOf, type Pair } from './pair.ts';
import type { Difference, Effect, Fact, Spot } from './types.ts';

/** What a difference is, without its place. */
type Found = Omit<Difference, 'path' | 'schema' | 'pointer' | 'oldPointer'>;

/** What a difference means, in a fact, its effect, and words. */
export interface Meaning {
  fact: Fact;
  effect: Effect;
  reason: string;
}

/** Two schemas as they stand in their documents, and their place in the value. */
interface Whole {
  old: Spot;
  now: Spot;
  path: string;
}

/** The differences that a walk has found, in the order in which it met them. */
export class Report {
  readonly found: Difference[] = [];

  constructor(private readonly work: Work) {}

  /** A difference at a place inside a pair; `path` and `before` where they are not those of the pair. */
  note(
    pair: Pair,
    found: Found,
    at: { pointer?: string; oldPointer?: string },
    path = pair.path,
    before = found.before,
  ): void {
    this.work.spend(20);
    this.found.push({ ...found, ...(before === undefined ? {} : { before }), ...at, path, schema: pair.was });
  }

  /** A keyword that came, went, or has another value. */
  keyword(pair: Pair, keyword: string, meaning: Meaning): void {
    const [old, now] = pair.inside(keyword);
    const [before, after] = [pair.was[keyword], pair.is[keyword]];
    this.note(
      pair,
      {
        ...meaning,
        keyword,
        kind: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
        alone: (schema) => withKeyword(schema, keyword, after),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      },
      {
        ...(before === undefined ? {} : { oldPointer: old.pointer }),
        ...(after === undefined ? {} : { pointer: now.pointer }),
      },
    );
  }

  /** One element of a list of schemas that came or went. */
  element(
    pair: Pair,
    keyword: 'allOf' | 'anyOf' | 'oneOf',
    { at, isNew }: { at: number; isNew: boolean },
    meaning: Meaning,
  ): void {
    const [old, now] = pair.inside(keyword, at);
    const own = (isNew ? now : old).node ?? true;
    this.note(
      pair,
      {
        ...meaning,
        keyword,
        kind: isNew ? 'added' : 'removed',
        alone: (schema) => {
          const others = listOf(schema[keyword]).filter((part) => isNew || !sameJson(part, own));
          const list = isNew ? [...others, own] : others;
          return withKeyword(schema, keyword, list.length === 0 && keyword === 'allOf' ? undefined : list);
        },
      },
      isNew ? { pointer: now.pointer } : { oldPointer: old.pointer },
    );
  }

  /** Two schemas that differ as a whole. */
  whole({ old, now, path }: Whole, effect: Effect, reason: string): void {
    const [isNew, isGone] = [old.node === undefined, now.node === undefined];
    const after = now.node;
    this.found.push({
      fact: isNew ? 'schema-added' : isGone ? 'schema-removed' : 'schema-changed',
      keyword: '',
      kind: isNew ? 'added' : isGone ? 'removed' : 'changed',
      effect: isNew && effect === 'unclear' ? 'narrows' : isGone ? 'widens' : effect,
      path,
      reason,
      ...(old.node === undefined ? {} : { oldPointer: old.pointer, before: old.node }),
      ...(after === undefined ? {} : { pointer: now.pointer, after }),
      schema: { allOf: [old.node ?? true] },
      alone: () => ({ allOf: [after ?? true] }),
    });
  }
}
