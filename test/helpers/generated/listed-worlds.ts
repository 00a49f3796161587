import type { Ends, Reading, Relation } from '../../../lib/change/relation.ts';
import type { Random } from './random.ts';

/** What a repository says, file by file: one line is one element. */
type Files = Map<string, string[]>;

interface Repo {
  name: string;
  /** Where its branch left main. */
  base: Files;
  main: Files;
  /** `null`: nothing to merge. */
  head: Files | null;
}

interface Import {
  provider: string;
  consumer: string;
  direction: 'needs' | 'offers';
}

/** Repositories with their main branches and pull requests, and the imports between them. */
export interface World {
  repos: Map<string, Repo>;
  imports: Import[];
  /** Files that cannot be read: `<repo> <file> main|merged`. */
  unread: Set<string>;
  /** Consumers outside the set of which only a part is on record: `<repo> <file>`. */
  partly: Set<string>;
}

export const ELEMENTS = ['a', 'b', 'c'];
const some = (random: Random): string[] => ELEMENTS.filter(() => random.chance(0.55));
export const offerOf = ({ provider, direction }: Import): string => `${provider} ${direction}`;
export const bindingOf = (entry: Import): string => `uses ${offerOf(entry)}`;

/** A world of two to five repositories, some of them outside the change set, some of its imports broken. */
export function randomWorld(random: Random): World {
  const names = ['r1', 'r2', 'r3', 'r4', 'r5'].slice(0, 2 + random.below(4));
  const found = new Map<string, Import>();
  for (let count = 1 + random.below(names.length + 1); count > 0; count -= 1) {
    const provider = random.pick(names);
    const consumer = random.pick(names.filter((name) => name !== provider));
    const direction = random.pick(['needs', 'offers'] as const);
    found.set(`${provider} ${consumer} ${direction}`, { provider, consumer, direction });
  }
  const imports = [...found.values()];
  const world: World = { repos: new Map(), imports, unread: new Set(), partly: new Set() };
  const isWhole = random.chance(0.6);
  for (const name of names) {
    const files = imports.flatMap((entry) => [
      ...(entry.provider === name ? [offerOf(entry)] : []),
      ...(entry.consumer === name ? [bindingOf(entry)] : []),
    ]);
    const main: Files = new Map(files.map((file) => [file, some(random)]));
    const head = random.chance(0.8) ? edited(random, main) : null;
    world.repos.set(name, { name, base: main, main, head });
    if (isWhole) continue;
    for (const file of files) {
      for (const at of ['main', 'merged']) if (random.chance(0.12)) world.unread.add(`${name} ${file} ${at}`);
      if (head === null && file.startsWith('uses ') && random.chance(0.3))
        world.partly.add(`${name} ${file}`);
    }
  }
  return world;
}

const edited = (random: Random, files: Files): Files =>
  new Map([...files].map(([file, lines]) => [file, random.chance(0.5) ? some(random) : lines]));

/** What others do between two steps; says what. */
export function happen(random: Random, world: World): void {
  const repo = random.pick([...world.repos.values()]);
  const what = random.pick(['commit', 'revert', 'delete', 'force'] as const);
  if (what === 'commit') repo.main = edited(random, repo.main);
  if (what === 'revert') repo.main = repo.base;
  if (what === 'delete') repo.head = null;
  if (what === 'force' && repo.head !== null) repo.head = edited(random, repo.base);
}

/** What merging leaves of a file: main with what the branch added and without what it removed. */
export function mergedFile({ base, main, head }: Repo, file: string): string[] {
  const [was = [], now = [], own] = [base.get(file), main.get(file), head?.get(file)];
  if (own === undefined) return now;
  return ELEMENTS.filter((element) =>
    own.includes(element) === was.includes(element) ? now.includes(element) : own.includes(element),
  );
}

/** Merges the pull request of a repository. */
export function merge(world: World, name: string): void {
  const repo = world.repos.get(name) as Repo;
  const main = new Map([...repo.main.keys()].map((file) => [file, mergedFile(repo, file)]));
  world.repos.set(name, { name, base: main, main, head: null });
}

/** The repositories with something to merge. */
export const openIn = (world: World): string[] =>
  [...world.repos.values()].filter(({ head }) => head !== null).map(({ name }) => name);

/** What the planner is given: what can be read, as the reader of files reports it. */
export function relationsOf(world: World): Relation[] {
  return world.imports.map((entry) => {
    const [offer, binding] = [
      endsOf(world, entry.provider, offerOf(entry)),
      endsOf(world, entry.consumer, bindingOf(entry)),
    ];
    return {
      ...entry,
      contract: `d/${offerOf(entry)}`,
      offer,
      binding,
      change: changeOf(offer),
      declared: false,
    };
  });
}

const described = (lines: readonly string[]) => ({ value: { write: [...lines] }, schema: {} });

function endsOf(world: World, name: string, file: string): Ends {
  const repo = world.repos.get(name) as Repo;
  const [main, merged] = [repo.main.get(file) ?? [], mergedFile(repo, file)];
  const same = main.join() === merged.join();
  const read = (lines: readonly string[], at: string): Reading => {
    if (world.unread.has(`${name} ${file} ${at}`)) return { unread: `${name}: ${file} cannot be read` };
    if (!world.partly.has(`${name} ${file}`)) return { value: described(lines) };
    return { value: described(lines.slice(1)), atLeast: `${name} is not here` };
  };
  const before = read(main, 'main');
  return { main: before, merged: same ? before : read(merged, 'merged'), same };
}

function changeOf({ main, merged, same }: Ends): Relation['change'] {
  if (same) return { verdict: 'equal', adds: false, removes: false };
  if (!('value' in main) || !('value' in merged)) return null;
  const [was, now] = [main, merged].map(({ value }) => (value.value as { write: string[] }).write) as [
    string[],
    string[],
  ];
  const adds = now.some((element) => !was.includes(element));
  const removes = was.some((element) => !now.includes(element));
  return { verdict: removes ? 'breaking' : 'compatible', adds, removes };
}
