import { people } from '../attacks/world.ts';
import { type Entry, entriesOf, oidOf, type RawObject, treeBytes } from './objects.ts';
import type { Random } from './random.ts';
import { MAIN, NOTES, OPS, PROPOSALS, type Push, type Update } from './realm.ts';

export interface Mutant extends Omit<Push, 'after'> {
  /** What was done to it. */
  mutation: string;
}

type Bytes = (bytes: Buffer, random: Random) => Buffer;

const MODES = [
  '0100644',
  '100664',
  '100755',
  '120000',
  '160000',
  '040000',
  '40755',
  '40000',
  '0',
  '',
  '100644 ',
];
const NAMES = [
  '.git',
  '.',
  '..',
  '',
  'a/b',
  '.GIT',
  'realm.yaml',
  'x.yaml',
  'README.md',
  'REPOS',
  'domains',
  'trust',
];

/** A change of one entry, chosen at random. */
const entry =
  (change: (entry: Entry, random: Random, all: readonly Entry[]) => Entry[]): Bytes =>
  (bytes, random) => {
    const all = entriesOf(bytes);
    const at = random.below(all.length);
    const original = all[at];
    return original === undefined
      ? bytes
      : treeBytes(all.flatMap((each, n) => (n === at ? change(each, random, all) : [each])));
  };

const trees: Record<string, Bytes> = {
  mode: entry((original, random) => [{ ...original, mode: random.pick(MODES) }]),
  name: entry((original, random) => [{ ...original, name: random.pick(NAMES) }]),
  'a byte of a name': entry((original, random) => {
    const name = Buffer.from(original.name as string);
    name[random.below(name.length)] = random.below(256);
    return [{ ...original, name }];
  }),
  twice: entry((original, random) => [
    original,
    random.chance(0.5) ? original : { ...original, mode: random.pick(MODES) },
  ]),
  gone: entry(() => []),
  'no object': entry((original) => [{ ...original, oid: '0'.repeat(40) }]),
  'another object': entry((original, random, all) => [{ ...original, oid: random.pick(all).oid }]),
  'in upper case': entry((original) => [{ ...original, name: String(original.name).toUpperCase() }]),
  'one more': (bytes, random) => {
    const all = entriesOf(bytes);
    const more = { ...random.pick(all), name: random.pick(NAMES) };
    return treeBytes([...all, more].sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)));
  },
  'in another order': (bytes) => treeBytes(entriesOf(bytes).reverse()),
  'cut short': (bytes, random) => bytes.subarray(0, random.below(bytes.length)),
  'in a folder of its first digits': entry((original) => [
    { ...original, name: `${String(original.name).slice(0, 2)}x` },
  ]),
};

/** A change of the text of a commit. */
const text =
  (change: (text: string, random: Random) => string): Bytes =>
  (bytes, random) =>
    Buffer.from(change(bytes.toString('utf8'), random));

const line = (role: 'author' | 'committer', to: (seconds: string, who: string) => string) =>
  text((all) =>
    all.replace(
      new RegExp(`^${role} (.*?) (\\d+) \\+0000$`, 'm'),
      (_all, who: string, seconds: string) => `${role} ${to(seconds, who)}`,
    ),
  );

const DATES: ((seconds: string, who: string) => string)[] = [
  (_seconds, who) => who,
  (seconds, who) => `${who} -${seconds} +0000`,
  (seconds, who) => `${who}  ${seconds} +0000`,
  (seconds, who) => `${who} 0${seconds} +0000`,
  (seconds, who) => `${who} ${seconds}`,
  (seconds, who) => `${who} ${seconds}0000000000000 +0000`,
  (seconds, who) => `${who} ${Number(seconds) + 400_000} +0000`,
  (seconds, who) => `${who} ${seconds} UTC`,
  (seconds, who) => `${who.replace('>', '> <x@example.com>')} ${seconds} +0000`,
];

const commits: Record<string, Bytes> = {
  'a date': (bytes, random) => line(random.pick(['author', 'committer']), random.pick(DATES))(bytes, random),
  'an address': (bytes, random) =>
    line(
      random.pick(['author', 'committer']),
      (seconds) => `x <${random.pick(people)}@example.com> ${seconds} +0000`,
    )(bytes, random),
  'a header': text((all, random) =>
    all.replace(
      '\n\n',
      `\n${random.pick(['encoding UTF-7', 'x y', 'gpgsig x', 'gpgsig-sha256 x', ' more'])}\n\n`,
    ),
  ),
  'a line twice': text((all, random) => {
    const lines = all.split('\n');
    const at = random.below(4);
    return [...lines.slice(0, at + 1), ...lines.slice(at)].join('\n');
  }),
  'a line gone': text((all, random) => {
    const lines = all.split('\n');
    lines.splice(random.below(lines.length), 1);
    return lines.join('\n');
  }),
  'whose operation it is': text((all, random) => all.replace(/"by":"\w+/, `"by":"${random.pick(people)}`)),
  'a proposal': text((all) => all.replace('\n\n', '\n\nproposal: ')),
  'no message': text((all) => all.slice(0, all.indexOf('\n\n') + 1)),
  'another parent': text((all) => all.replace(/^parent .*$/m, `parent ${'1'.repeat(40)}`)),
};

const blobs: Record<string, Bytes> = {
  'too large': (bytes) => Buffer.concat([bytes, Buffer.alloc(1 << 20, '# more\n')]),
  'not UTF-8': (bytes) => Buffer.concat([bytes, Buffer.from([0x23, 0xff, 0x0a])]),
  empty: () => Buffer.alloc(0),
  'a comment': (bytes) => Buffer.concat([bytes, Buffer.from('# x\n')]),
  'another person': text((all, random) => all.replace(/(boss|eric|fun|mole)(?=@)/, random.pick(people))),
  'another repo': text((all, random) =>
    all.replace(/aperture|fungal|mole/, random.pick(['aperture', 'fungal', 'mole'])),
  ),
  'another digit': text((all, random) => all.replace(/\d/, String(random.below(10)))),
  'a line gone': text((all, random) => {
    const lines = all.split('\n');
    lines.splice(random.below(lines.length), 1);
    return lines.join('\n');
  }),
};

/** Any byte of anything. */
const anyByte: Bytes = (bytes, random) => {
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)] = random.below(256);
  return changed;
};

/** One mutation of a push: of one object that it brings, of who pushes it, or of where it goes. */
export function mutated(
  push: Push,
  { refs, known }: { refs: ReadonlyMap<string, string>; known: (oid: string) => boolean },
  random: Random,
): Mutant {
  const { what, user, updates, objects } = push;
  if (random.chance(0.06)) return { ...push, mutation: 'who pushes it', user: random.pick(people) };
  if (random.chance(0.06))
    return {
      ...push,
      mutation: 'where it goes',
      updates: updates.map((original) => moved(original, refs, random)),
    };
  // What the server has already is no part of the push.
  const fresh = objects.flatMap((object, at) => (known(oidOf(object)) ? [] : [at]));
  const target = random.pick(fresh);
  const type = objects[target]?.type ?? 'blob';
  const kinds = { tree: trees, commit: commits, blob: blobs }[type];
  const name = random.chance(0.15) ? 'any byte' : random.pick(Object.keys(kinds));
  const change = kinds[name] ?? anyByte;
  const changed = relinked(objects, target, (bytes) => change(bytes, random));
  const tips = new Map(objects.map((object, at) => [oidOf(object), oidOf(changed[at] ?? object)]));
  return {
    what,
    user,
    objects: changed,
    updates: updates.map((original) => ({ ...original, new: tips.get(original.new ?? '') ?? original.new })),
    mutation: `${type}: ${name}`,
  };
}

/** The objects with one of them changed, and with its new name in all that name it. */
function relinked(
  objects: readonly RawObject[],
  target: number,
  change: (bytes: Buffer) => Buffer,
): RawObject[] {
  const names = new Map<string, string>();
  return objects.map((object, at) => {
    let { bytes } = object;
    for (const [old, now] of names) {
      bytes = replaced(bytes, Buffer.from(old), Buffer.from(now));
      if (object.type === 'tree') bytes = replaced(bytes, Buffer.from(old, 'hex'), Buffer.from(now, 'hex'));
    }
    const made: RawObject = { type: object.type, bytes: at === target ? change(bytes) : bytes };
    if (oidOf(made) !== oidOf(object)) names.set(oidOf(object), oidOf(made));
    return made;
  });
}

function replaced(bytes: Buffer, old: Buffer, now: Buffer): Buffer {
  let changed = bytes;
  for (let at = changed.indexOf(old); at >= 0; at = changed.indexOf(old, at + old.length)) {
    if (changed === bytes) changed = Buffer.from(bytes);
    now.copy(changed, at);
  }
  return changed;
}

function moved(update: Update, now: ReadonlyMap<string, string>, random: Random): Update {
  const refs = [
    MAIN,
    NOTES,
    `${PROPOSALS}zz`,
    `${OPS}abcd`,
    'refs/heads/other',
    'refs/tags/x',
    `${PROPOSALS}a..b`,
  ];
  if (random.chance(0.3)) return { ...update, new: null };
  const ref = random.pick(refs);
  return { ref, old: now.get(ref) ?? null, new: update.new };
}
