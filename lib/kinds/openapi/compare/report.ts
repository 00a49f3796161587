import { compareSchemas } from '../../../compat/schema/index.ts';
import type { Change, ValueComparison, Verdict } from '../../../compat/types.ts';
import { canonical, isObject, type JsonValue } from '../../../json.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';
import { jsonSchemaOf, type Message, type Reading, type Translated } from './schemas.ts';

/** What all schemas of two documents may take together before the rest is `unknown`. */
const STEPS = 200_000;
/** What two schemas take at least: they are read, and Ajv reads them too. */
const EACH = 200;

/** Gathers what was found; the first thing that breaks is the verdict. */
export class Report {
  private readonly changes: Change[] = [];
  private breakage: Verdict | undefined;
  private doubt: Verdict | undefined;
  private readonly known = new Map<string, Verdict>();
  private readonly unchanged = new Unchanged();
  private readonly steps = { left: STEPS };

  result(): ValueComparison {
    const settled: Verdict = { verdict: this.changes.length > 0 ? 'compatible' : 'equal' };
    return { verdict: this.breakage ?? this.doubt ?? settled, changes: this.changes };
  }

  breaks(
    keyword: string,
    pointer: string,
    witness: JsonValue,
    reason: string,
    kind: Change['kind'] = 'changed',
  ): void {
    this.breakage ??= { verdict: 'breaking', witness, pointer, keyword, reason };
    this.changes.push({ kind, pointer: '', subject: reason, breaking: true });
  }

  harmless(kind: Change['kind'], what: string): void {
    this.changes.push({ kind, pointer: '', subject: what, breaking: false });
  }

  unclear(reason: string, pointer: string, keyword?: string): void {
    this.doubt ??= { verdict: 'unknown', reason, pointer, ...(keyword === undefined ? {} : { keyword }) };
    this.changes.push({ kind: 'changed', pointer: '', subject: reason, breaking: true });
  }

  /** Runs one part; what cannot be read there leaves the rest to be compared. */
  part(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      if (!(error instanceof Unread)) throw error;
      this.unclear(`${where}: ${error.reason}`, error.pointer);
    }
  }

  /** Does the receiver take all that the sender may send? `where` names the place in words. */
  schemas(where: string, message: Message, sender: Side, receiver: Side): void {
    if (this.unchanged.holds(sender, receiver)) return;
    // In one comparison of two documents, places with the same text mean the same.
    const key = canonical([
      message,
      sender.document.isOld,
      sender.place.node ?? null,
      receiver.place.node ?? null,
    ]);
    const verdict = this.known.get(key) ?? this.compare(message, sender, receiver);
    this.known.set(key, verdict);
    if (verdict.verdict === 'equal') return;
    if (verdict.verdict === 'breaking') {
      const at = `${receiver.place.pointer}${inDocument(verdict.pointer)}`;
      this.breaks(verdict.keyword, at, verdict.witness, `${where}: ${verdict.reason}`);
    } else if (verdict.verdict === 'unknown') {
      this.unclear(`${where}: ${verdict.reason}`, receiver.place.pointer, verdict.keyword);
    } else this.harmless('changed', `${where}: what is valid`);
  }

  private compare(message: Message, sender: Side, receiver: Side): Verdict {
    if (this.steps.left <= 0)
      return {
        verdict: 'unknown',
        reason: 'the documents take more steps than a comparison may',
        pointer: '',
      };
    const read = (side: Side, role: 'sender' | 'receiver', reading: Reading): Translated =>
      jsonSchemaOf(side.document, side.place, message, role, reading);
    const receivers = [read(sender, 'receiver', 'exact'), read(receiver, 'receiver', 'exact')] as const;
    if (canonical(receivers[0].schema) === canonical(receivers[1].schema)) return { verdict: 'equal' };
    const choice = receivers.some((one) => one.choice);
    let worst: Verdict = { verdict: 'compatible' };
    for (const reading of choice ? (['exact', 'union'] as const) : (['exact'] as const)) {
      this.steps.left -= EACH;
      const verdict = compareSchemas(
        read(sender, 'sender', reading).schema,
        read(receiver, 'receiver', reading).schema,
        { steps: this.steps },
      );
      if (verdict.verdict === 'breaking') return verdict;
      // What a sender of today sends is less than what is valid, so equal says nothing here.
      if (verdict.verdict === 'unknown') worst = verdict;
    }
    return worst;
  }
}

/** Tells the places whose text, and that of all they refer to, is the same in both documents: nothing to compare there. */
class Unchanged {
  /** References that lead to something else in the other document, or to what leads there. */
  private changed: Set<string> | undefined;

  holds(a: Side, b: Side): boolean {
    if (a.document.version !== b.document.version) return false;
    if (canonical(a.place.node ?? null) !== canonical(b.place.node ?? null)) return false;
    const { changed } = this;
    const known = changed ?? this.find(a.document, b.document);
    this.changed = known;
    return !references(a.place.node).some(($ref) => known.has($ref));
  }

  private find(a: OpenapiDocument, b: OpenapiDocument): Set<string> {
    const all = new Set([...references(a.root), ...references(b.root)]);
    const usedBy = new Map<string, string[]>();
    const changed: string[] = [];
    for (const $ref of all) {
      const [left, right] = [target(a, $ref), target(b, $ref)];
      if (left === undefined || right === undefined || canonical(left) !== canonical(right))
        changed.push($ref);
      for (const used of new Set([...references(left), ...references(right)])) {
        const users = usedBy.get(used);
        if (users) users.push($ref);
        else usedBy.set(used, [$ref]);
      }
    }
    const found = new Set(changed);
    for (let $ref = changed.pop(); $ref !== undefined; $ref = changed.pop()) {
      for (const user of usedBy.get($ref) ?? []) {
        if (found.has(user)) continue;
        found.add(user);
        changed.push(user);
      }
    }
    return found;
  }
}

/** What a reference leads to; undefined where it leads nowhere or out of the document. */
function target(document: OpenapiDocument, $ref: string): JsonValue | undefined {
  try {
    return document.follow($ref, '').node;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

/** Every `$ref` in a node, wherever it stands. */
function references(node: JsonValue | undefined): string[] {
  const found: string[] = [];
  const waiting: JsonValue[] = node === undefined ? [] : [node];
  for (let here = waiting.pop(); here !== undefined; here = waiting.pop()) {
    if (Array.isArray(here)) waiting.push(...here);
    else if (isObject(here)) {
      if (typeof here.$ref === 'string') found.push(here.$ref);
      for (const value of Object.values(here))
        if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return found;
}

export interface Side {
  document: OpenapiDocument;
  place: Located;
}

/** A pointer into a translated schema is one into the document as long as it met no reference. */
const inDocument = (pointer: string): string => (pointer.startsWith('/$defs/') ? '' : pointer);
