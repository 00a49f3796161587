import { ByParts, type Known } from '../../../compat/schema/by-parts.ts';
import type { Work } from '../../../compat/schema/work.ts';
import type { JsonObject } from '../../../json.ts';
import { type OpenapiDocument, Unread } from './document.ts';
import { isWithin, SharedTranslation } from './schemas.ts';
import type { Message } from './surface.ts';
import type { Side, Unchanged } from './unchanged.ts';

/** One direction of one kind of message: from the document that sends to the one that reads. */
interface Way {
  sender: SharedTranslation;
  receiver: SharedTranslation;
  forward: ByParts;
  backward: ByParts;
}

/**
 * What can be proved of the schemas of two documents part by part. All places share what was found: a schema that a thousand
 * operations use is looked at once.
 */
export class Proofs {
  private readonly ways = new Map<string, Way>();

  constructor(
    private readonly unchanged: Unchanged,
    private readonly work: Work,
  ) {}

  /**
   * `equal`: the same values are valid on both sides, which is only looked for where `asEqual`. Undefined where nothing is
   * proved. Throws `OutOfWork`.
   */
  of(message: Message, sender: Side, receiver: Side, asEqual: boolean): 'equal' | 'compatible' | undefined {
    try {
      return this.prove(this.way(message, sender.document, receiver.document), sender, receiver, asEqual);
    } catch (error) {
      // What cannot be read is said where all of it is read.
      if (error instanceof Unread || error instanceof RangeError) return undefined;
      throw error;
    }
  }

  private prove(
    { sender, receiver, forward, backward }: Way,
    from: Side,
    to: Side,
    asEqual: boolean,
  ): 'equal' | 'compatible' | undefined {
    const [valid, taken] = [sender.at(from.place, 'open', 'exact'), receiver.at(to.place, 'open', 'exact')];
    const isValid = forward.contains(valid, taken);
    if (asEqual && isValid && backward.contains(taken, valid)) return 'equal';
    const sent = sender.at(from.place, 'closed', 'union');
    if (!isValid && !forward.contains({ allOf: [sent, valid] }, taken)) return undefined;
    return forward.contains(sent, receiver.at(to.place, 'open', 'union')) ? 'compatible' : undefined;
  }

  private way(message: Message, from: OpenapiDocument, to: OpenapiDocument): Way {
    const key = `${message} ${from.isOld}`;
    const found = this.ways.get(key);
    if (found) return found;
    const sender = new SharedTranslation(from, message, this.work);
    const receiver = new SharedTranslation(to, message, this.work);
    const known =
      (left: SharedTranslation, right: SharedTranslation): Known =>
      (inner, outer) => {
        const [a, b] = [left.source(inner), right.source(outer)];
        if (!a || !b || a.place.pointer !== b.place.pointer) return undefined;
        const isContained =
          isWithin(a.way, b.way) &&
          a.hidden.size === b.hidden.size &&
          [...a.hidden].every((name) => b.hidden.has(name));
        return isContained && this.unchanged.leadsToSame(from, to, a.$ref) ? 'contained' : 'versions';
      };
    const follow = (translation: SharedTranslation) => ($ref: string) => translation.follow($ref);
    const same =
      (left: SharedTranslation, right: SharedTranslation) =>
      (inner: JsonObject, outer: JsonObject): boolean => {
        const [a, b] = [left.written(inner), right.written(outer)];
        return (
          a !== undefined &&
          b !== undefined &&
          isWithin(a.way, b.way) &&
          this.unchanged.isSame(a.node, b.node, from, to)
        );
      };
    const parts = (left: SharedTranslation, right: SharedTranslation): ByParts =>
      new ByParts({
        ...{ inner: follow(left), outer: follow(right), known: known(left, right), same: same(left, right) },
        work: this.work,
      });
    const way = { sender, receiver, forward: parts(sender, receiver), backward: parts(receiver, sender) };
    this.ways.set(key, way);
    return way;
  }
}
