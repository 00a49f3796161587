import type { JsonObject, JsonValue } from '../../json.ts';
import type { Change } from '../types.ts';

/** A schema in a document; `undefined` where the document says nothing. */
export interface Spot {
  node: JsonValue | undefined;
  pointer: string;
}

/** How one document is read. */
export interface Reader {
  /** Where a reference leads; `undefined` for one that cannot be followed. */
  follow($ref: string, pointer: string): Spot | undefined;
  /** The keywords of a schema as draft 2020-12 writes them: `nullable` as a type, exclusive bounds as numbers. */
  normal(node: JsonObject): JsonObject;
  /** Whether a reference leads to the same in both documents, whatever that refers to included. */
  unchanged?($ref: string): boolean;
  /** A property that the messages in question do not carry. */
  hidden?(spot: Spot): boolean;
}

/** What a difference does to the set of valid values; `replaces` takes some away and lets others in. */
export type Effect = 'narrows' | 'widens' | 'replaces' | 'unclear' | 'words';

/** One difference of two schemas, and how to make it alone. */
export interface Difference {
  fact: Fact;
  keyword: string;
  kind: Change['kind'];
  effect: Effect;
  /** Inside the value: `[].outdated`. */
  path: string;
  /** In words: `maxLength 10 became 5`. */
  reason: string;
  /** Where it is; the side that does not have it has no pointer. */
  pointer?: string;
  oldPointer?: string;
  before?: JsonValue;
  after?: JsonValue;
  /** The property that it is about. */
  property?: string;
  /** The old schema that it changes, normalised. */
  schema: JsonObject;
  /** Makes this change alone in a schema that is like the old one. */
  alone(schema: JsonObject): JsonObject;
}

/** What can be said of two schemas; each is a rule of every kind that has schemas. */
export const facts = [
  'property-removed',
  'property-added',
  'required-property-added',
  'property-became-required',
  'property-became-optional',
  'type-changed',
  'type-narrowed',
  'type-widened',
  'null-added',
  'null-removed',
  'enum-value-added',
  'enum-value-removed',
  'enum-added',
  'enum-removed',
  'const-added',
  'const-removed',
  'const-changed',
  'format-added',
  'format-removed',
  'format-changed',
  'limit-tightened',
  'limit-loosened',
  'step-changed',
  'pattern-added',
  'pattern-removed',
  'pattern-changed',
  'additional-properties-narrowed',
  'additional-properties-widened',
  'pattern-property-added',
  'pattern-property-removed',
  'items-added',
  'items-removed',
  'items-changed',
  'variant-added',
  'variant-removed',
  'choice-added',
  'choice-removed',
  'part-added',
  'part-removed',
  'condition-changed',
  'discriminator-changed',
  'default-changed',
  'content-encoding-changed',
  'xml-changed',
  'schema-added',
  'schema-removed',
  'schema-changed',
  'definition-added',
  'definition-removed',
  'deprecated-changed',
  'words-changed',
] as const;
export type Fact = (typeof facts)[number];
