import type { ChangeLevel } from '../compat/types.ts';
import type { JsonValue } from '../json.ts';

/** One rule of a kind: what a change is called, what it means and why, with two versions that show it. */
export interface Rule {
  /** `openapi/response-property-removed`. */
  id: string;
  /** What the change means in the example, and nearly always: some are decided by what stands around them. */
  level: ChangeLevel;
  /** Why, in one or two sentences. */
  why: string;
  /** Two contents that differ in this and, where it can be, nothing else; of values with their schema. */
  example: { old: JsonValue; new: JsonValue; schema?: JsonValue; newSchema?: JsonValue };
  /** The specification that says so. */
  reference: string;
}
