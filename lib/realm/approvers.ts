import type { RealmModel } from './model.ts';
import { samePerson } from './people.ts';

/** Who decides on a change. */
export interface Approvers {
  /** May approve in each place that it touches. */
  people: string[];
  /** Each place has one approver and no other: nobody else could approve what is this person's own. */
  sole: boolean;
}

/** The approvers of files in the realm and in its domains: only who may approve in each place, may approve the whole. */
export function approversOf(model: RealmModel, paths: readonly string[]): Approvers {
  const places = new Set(paths.map((path) => (path.startsWith('domains/') ? path.split('/')[1] : undefined)));
  const lists = [...places].map((domain) => distinct(model.governance(domain).approvers));
  const [first = [], ...others] = lists;
  const people = first.filter((person) =>
    others.every((list) => list.some((other) => samePerson(person, other))),
  );
  return { people, sole: people.length === 1 && lists.every((list) => list.length === 1) };
}

const distinct = (people: readonly string[]): string[] =>
  people.filter((person, at) => people.findIndex((other) => samePerson(other, person)) === at);
