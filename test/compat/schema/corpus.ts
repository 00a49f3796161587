import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonValue } from '../../../lib/json.ts';

export interface Case {
  old: JsonValue;
  new: JsonValue;
  expected: 'compatible' | 'breaking';
  source: string;
  witness?: JsonValue;
}

const root = join(import.meta.dirname, '..', '..', '..');

/** The shared corpora, read where they are; `GIT_REALM_CORPORA` names another directory. */
export const corpusFile = join(
  process.env.GIT_REALM_CORPORA ?? join(root, '..', 'shared', 'corpora'),
  'json-schema-compat.json',
);

/** The public cases, or `undefined` where the corpus is not on this machine. */
export function readCorpus(): Case[] | undefined {
  return existsSync(corpusFile) ? JSON.parse(readFileSync(corpusFile, 'utf8')) : undefined;
}

/**
 * Cases whose label contradicts the schemas' own meaning, by position, each with why. `breaking` labels have no
 * witness, since the two sides accept the same values; the `compatible` ones are refuted by the witness.
 */
export const wrongLabels: ReadonlyMap<number, string> = new Map([
  ...[104, 202, 204].map((index): [number, string] => [
    index,
    "'.' matches no line terminator, minLength counts it",
  ]),
  [225, 'both sides accept every number'],
  [228, 'both sides accept every value: `properties` says nothing of values that are no objects'],
  [287, 'minimum 1 is above exclusiveMinimum 0.4'],
  ...[321, 322, 323].map((index): [number, string] => [index, 'an unanchored [a-z]* matches every string']),
  ...[481, 482].map((index): [number, string] => [
    index,
    'both sides accept nothing: a string that is an array',
  ]),
  [504, 'both sides accept every value: maxLength says nothing of values that are no strings'],
  [521, 'the longer strings of old are among the longer strings of new'],
  ...[531, 532, 534, 536].map((index): [number, string] => [
    index,
    'an unanchored [a-z]* matches every string',
  ]),
]);
