import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { Place } from './document.ts';
import type { Formula, Literal } from './formula.ts';
import type { Parser } from './parse.ts';

/** One schema object with checked access to its keywords. */
export class Node {
  constructor(
    readonly parser: Parser,
    readonly place: Place,
    readonly keywords: JsonObject,
  ) {}

  has(keyword: string): boolean {
    return Object.hasOwn(this.keywords, keyword);
  }

  get(keyword: string): JsonValue | undefined {
    return this.has(keyword) ? this.keywords[keyword] : undefined;
  }

  refuse(keyword: string, reason: string): never {
    return this.parser.refuse(this.place, keyword, `'${keyword}' is ${reason}`);
  }

  schema(keyword: string): Formula {
    return this.parser.read(this.parser.inside(this.place, this.get(keyword) ?? null, keyword));
  }

  literal(keyword: string, kind: 12 | 16 | 32 | 64, literal: Literal): Formula {
    return this.parser.literal(this.place, keyword, kind, literal);
  }

  number(keyword: string): number | undefined {
    const value = this.get(keyword);
    return value === undefined || typeof value === 'number' ? value : this.refuse(keyword, 'not a number');
  }

  count(keyword: string): number | undefined {
    const value = this.number(keyword);
    if (value !== undefined && (!Number.isSafeInteger(value) || value < 0))
      this.refuse(keyword, 'not a count from 0 to 2^53');
    return value;
  }

  string(keyword: string): string | undefined {
    const value = this.get(keyword);
    return value === undefined || typeof value === 'string' ? value : this.refuse(keyword, 'not a string');
  }

  boolean(keyword: string): boolean {
    const value = this.get(keyword) ?? false;
    return typeof value === 'boolean' ? value : this.refuse(keyword, 'not a boolean');
  }

  list(keyword: string): JsonValue[] {
    const value = this.get(keyword) ?? [];
    return Array.isArray(value) ? value : this.refuse(keyword, 'not an array');
  }

  entries(keyword: string): [string, JsonValue][] {
    const value = this.get(keyword) ?? {};
    return isObject(value) ? Object.entries(value) : this.refuse(keyword, 'not an object');
  }

  names(keyword: string, value: JsonValue | undefined): string[] {
    const isName = (value: JsonValue): value is string => typeof value === 'string';
    return Array.isArray(value) && value.every(isName) ? value : this.refuse(keyword, 'not a list of names');
  }
}
