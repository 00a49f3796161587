import type { Work } from '../../../compat/schema/work.ts';
import { canonical, isObject, type JsonObject, type JsonValue, sameJson } from '../../../json.ts';
import { type Located, type OpenapiDocument, Unread } from './document.ts';

/** Tells the places whose text, and that of all they refer to, is the same in both documents: nothing to compare there. */
export class Unchanged {
  /** References that lead to something else in the other document, or to what leads there. */
  private changed: Set<string> | undefined;
  private readonly found = new Map<JsonValue, string[]>();
  private readonly texts = new Map<JsonValue, string>();

  constructor(private readonly work: Work) {}

  /** The canonical text of a node, written once. */
  text(node: JsonValue | undefined): string {
    if (!isObject(node)) return canonical(node ?? null);
    const text = this.texts.get(node) ?? canonical(node);
    this.work.spend(this.texts.has(node) ? 1 + (text.length >> 10) : 1 + (text.length >> 4));
    this.texts.set(node, text);
    return text;
  }

  holds(a: Side, b: Side): boolean {
    if (a.document.version !== b.document.version) return false;
    if (this.text(a.place.node) !== this.text(b.place.node)) return false;
    return this.references(a.place.node).every(($ref) => this.leadsToSame(a.document, b.document, $ref));
  }

  /** Are two nodes written in the same way, and all that they refer to? */
  isSame(left: JsonObject, right: JsonObject, a: OpenapiDocument, b: OpenapiDocument): boolean {
    if (a.version !== b.version) return false;
    this.work.spend(2 + (sameJson(left, right) ? Object.keys(left).length : 0));
    return sameJson(left, right) && references(left).every(($ref) => this.leadsToSame(a, b, $ref));
  }

  /** Whether a reference leads to the same in both documents, and so does all that this refers to. */
  leadsToSame(a: OpenapiDocument, b: OpenapiDocument, $ref: string): boolean {
    if (a.version !== b.version) return false;
    this.changed ??= this.find(a, b);
    return !this.changed.has($ref);
  }

  /** Every `$ref` in a node, looked for once. */
  private references(node: JsonValue | undefined): string[] {
    if (!isObject(node)) return references(node);
    const found = this.found.get(node) ?? references(node);
    if (!this.found.has(node)) this.work.spend(this.text(node).length >> 4);
    this.work.spend(found.length);
    this.found.set(node, found);
    return found;
  }

  private find(a: OpenapiDocument, b: OpenapiDocument): Set<string> {
    const all = new Set([...references(a.root), ...references(b.root)]);
    const usedBy = new Map<string, string[]>();
    const changed: string[] = [];
    for (const $ref of all) {
      const [left, right] = [target(a, $ref), target(b, $ref)];
      if (left === undefined || right === undefined || this.text(left) !== this.text(right))
        changed.push($ref);
      for (const used of new Set([...this.references(left), ...this.references(right)])) {
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
export function references(node: JsonValue | undefined): string[] {
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
