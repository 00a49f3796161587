import { withEffect } from '../../../lib/realm/ops/land.ts';
import type { Person } from '../attacks/world.ts';
import { oidOf, type RawObject } from './objects.ts';
import type { Random } from './random.ts';
import {
  address,
  anybody,
  blobOf,
  commitOf,
  MAIN,
  NOTES,
  notesTree,
  OPS,
  PROPOSALS,
  type Push,
  paths,
  type Realm,
  tipOf,
} from './realm.ts';

const PATHS = 'domains/s3/contracts/paths.yaml';
const DAY = 86_400_000;

/** What somebody does to files, by whom; `null`: it makes no sense now. */
type Edit = (
  realm: Realm,
  random: Random,
) => { what: string; who: Person; files: Map<string, string> } | null;

const edited = (realm: Realm, changes: Record<string, string | null>): Map<string, string> => {
  const files = new Map(realm.files);
  for (const [path, text] of Object.entries(changes))
    if (text === null) files.delete(path);
    else files.set(path, text);
  return files;
};

const edits: Edit[] = [
  (realm) => {
    realm.version = [realm.version[0], realm.version[1] + 1];
    realm.reads = [...realm.reads, `more/${realm.count}/*`];
    const text = paths(realm.version, realm.reads, realm.files.get(PATHS) ?? '');
    return { what: 'publish', who: 'eric', files: edited(realm, { [PATHS]: text }) };
  },
  (realm) => {
    const path = 'domains/s3/bindings/fungal.yaml';
    return {
      what: 'a binding',
      who: 'fun',
      files: edited(realm, { [path]: `${realm.files.get(path)}# ${realm.count}\n` }),
    };
  },
  (realm) => {
    const text = `name: mole\nmaintainers: [mole@example.com]\nurl: https://example.com/${realm.count}.git\n`;
    return { what: 'a registration', who: 'mole', files: edited(realm, { 'repos/mole.yaml': text }) };
  },
  (realm, random) => {
    const name = `w${random.below(6)}`;
    const path = `worktrees/${name}.yaml`;
    const gone = realm.files.has(path) && random.chance(0.5);
    const who = random.pick(['eric', 'fun', 'mole'] as const);
    const text = gone ? null : `name: ${name}\n# ${realm.count}\n`;
    return { what: 'a change set', who, files: edited(realm, { [path]: text }) };
  },
  (realm, random) => {
    const path = `forge/fungal/issues/${realm.count}.yaml`;
    const text = `number: ${realm.count}\ntitle: x\nstate: open\nbody: ""\n`;
    const who = random.pick(['eric', 'fun', 'mole'] as const);
    return { what: 'an issue', who, files: edited(realm, { [path]: text }) };
  },
  (realm, random) => {
    const path = random.pick(['README.md', 'realm.yaml', 'trust/users.yaml', 'domains/back/governance.yaml']);
    const text = `${realm.files.get(path) ?? ''}# ${realm.count}\n`;
    return { what: `the rules: ${path}`, who: 'boss', files: edited(realm, { [path]: text }) };
  },
  (realm) => {
    const name = `own${realm.count}`;
    const files = edited(realm, {
      [`domains/${name}/domain.yaml`]: `name: ${name}\nmembers: [mole]\n`,
      [`domains/${name}/bindings/mole.yaml`]: 'repo: mole\nrole: provider\nexports:\n- contract: c\n',
      [`domains/${name}/contracts/c.yaml`]: 'name: c\nversion: "1.0.0"\nowner: mole\n',
    });
    return realm.count % 5 === 0 ? { what: 'a domain', who: 'mole', files } : null;
  },
];

/** One to three commits by one person on the main branch. */
function onMain(realm: Realm, random: Random): Push | null {
  const first = random.pick(edits)(realm, random);
  if (first === null) return null;
  const old = realm.refs.get(MAIN) ?? '';
  const steps = [first];
  for (let more = random.below(4) - 1; more > 0; more -= 1) {
    const next = random.pick(edits)({ ...realm, files: steps.at(-1)?.files ?? realm.files }, random);
    if (next?.who === first.who && next.what !== 'publish') steps.push(next);
  }
  const objects: RawObject[] = [];
  let tip = old;
  for (const { what, files } of steps) {
    const op = `Realm-Op: {"verb":"edit","by":"${address(first.who)}"}`;
    const made = commitOf(files, { who: first.who, message: `${what}\n\n${op}`, parents: [tip] });
    objects.push(...made);
    tip = tipOf(made);
  }
  return {
    what: steps.map(({ what }) => what).join(', '),
    user: first.who,
    updates: [{ ref: MAIN, old, new: tip }],
    objects,
    after: (now) => {
      now.files = steps.at(-1)?.files ?? now.files;
      now.refs.set(MAIN, tip);
    },
  };
}

function propose(realm: Realm): Push | null {
  if (realm.proposed !== null || realm.reads.length < 2) return null;
  const id = `p${realm.count}`;
  const reads = realm.reads.slice(1);
  const text = paths([realm.version[0] + 1, 0], reads, realm.files.get(PATHS) ?? '');
  const files = edited(realm, { [PATHS]: text });
  const op = JSON.stringify({ verb: 'publish', by: address('eric'), proposed: true, proposal: id });
  const message = `proposal: break\n\nRealm-Op: ${op}`;
  const objects = commitOf(files, { who: 'eric', message, parents: [realm.refs.get(MAIN) ?? ''] });
  const ref = PROPOSALS + id;
  return {
    what: 'propose',
    user: 'eric',
    updates: [{ ref, old: null, new: tipOf(objects) }],
    objects,
    after: (now) => {
      now.refs.set(ref, tipOf(objects));
      now.proposed = { id, files, base: realm.files.get(PATHS) ?? '', reads, approvedAt: null };
    },
  };
}

/** A record about a commit: boss approves the proposal, or somebody says something about another commit. */
function say(realm: Realm, random: Random): Push {
  const { proposed } = realm;
  const approves = proposed !== null && proposed.approvedAt === null && random.chance(0.7);
  const who: Person = approves ? 'boss' : anybody(random);
  const about =
    (approves ? realm.refs.get(PROPOSALS + proposed.id) : undefined) ?? realm.refs.get(MAIN) ?? '';
  const at = new Date().toISOString();
  const blob = (text: string | undefined) => oidOf(blobOf(text ?? ''));
  const changes = [{ path: PATHS, old: blob(proposed?.base), new: blob(proposed?.files.get(PATHS)) }];
  const said = { kind: approves ? 'approval' : 'remark', by: address(who), at, id: `r${realm.count}` };
  const line = JSON.stringify(approves ? { ...said, changes } : said);
  const notes = new Map(realm.notes).set(about, `${realm.notes.get(about) ?? ''}${line}\n`);
  const old = realm.refs.get(NOTES) ?? null;
  const parents = old === null ? [] : [old];
  const objects = commitOf(notesTree(notes, realm.count % 2 === 0), { who, message: 'Notes', parents });
  return {
    what: approves ? 'approve' : 'remark',
    user: who,
    updates: [{ ref: NOTES, old, new: tipOf(objects) }],
    objects,
    after: (now) => {
      now.notes = notes;
      now.refs.set(NOTES, tipOf(objects));
      if (approves && now.proposed !== null) now.proposed.approvedAt = Date.parse(at);
    },
  };
}

function land(realm: Realm): Push | null {
  const { proposed } = realm;
  if (proposed?.approvedAt == null) return null;
  const due = new Date(Math.ceil((proposed.approvedAt + 14 * DAY) / 1000) * 1000 + 1000);
  const proposal = proposed.files.get(PATHS) ?? '';
  const text = withEffect(PATHS, proposal, due.toISOString().replace('.000', ''));
  // Somebody published meanwhile: it waits for ever, and another one is made.
  if (realm.files.get(PATHS) !== proposed.base) {
    realm.proposed = null;
    return null;
  }
  const files = edited(realm, { [PATHS]: text });
  const old = realm.refs.get(MAIN) ?? '';
  const op = JSON.stringify({ verb: 'land', proposal: proposed.id, by: address('eric') });
  const objects = commitOf(files, { who: 'eric', message: `land\n\nRealm-Op: ${op}`, parents: [old] });
  return {
    what: 'land',
    user: 'eric',
    updates: [{ ref: MAIN, old, new: tipOf(objects) }],
    objects,
    after: (now) => {
      now.files = files;
      now.reads = proposed.reads;
      now.version = [now.version[0] + 1, 0];
      now.proposed = null;
      now.refs.set(MAIN, tipOf(objects));
    },
  };
}

function journal(realm: Realm, random: Random): Push {
  const open = [...realm.journals].find(([, { text }]) => text.includes('"running"'));
  const goesOn = open !== undefined && random.chance(0.6);
  const id = goesOn ? open[0] : `ab${realm.count.toString(16).padStart(4, '0')}`;
  const by = goesOn ? open[1].by : random.pick(['eric', 'fun'] as const);
  const repo = by === 'eric' ? 'aperture' : 'fungal';
  const done = goesOn && random.chance(0.5);
  const step = {
    id: `push:${repo}`,
    repo,
    effect: { kind: 'push' },
    after: [],
    words: '',
    state: done ? 'done' : 'todo',
  };
  const began = goesOn ? (JSON.parse(open[1].text) as { at: string }).at : new Date().toISOString();
  const record = {
    format: 1,
    id,
    at: began,
    by: address(by),
    verb: 'push',
    branch: 'feat/x',
    args: {},
    pid: realm.count,
  };
  const text = JSON.stringify({ ...record, state: done ? 'done' : 'running', steps: [step] });
  const ref = OPS + id;
  const old = realm.refs.get(ref) ?? null;
  const parents = old === null ? [] : [old];
  const objects = commitOf(new Map([['journal.json', text]]), { who: by, message: 'push', parents });
  return {
    what: 'a journal',
    user: by,
    updates: [{ ref, old, new: tipOf(objects) }],
    objects,
    after: (now) => {
      now.journals.set(id, { by, text });
      now.refs.set(ref, tipOf(objects));
    },
  };
}

/** Something that somebody may do. */
export function legalPush(realm: Realm, random: Random): Push {
  realm.count += 1;
  for (let round = 0; round < 10_000; round += 1) {
    const push = random.pick([onMain, onMain, onMain, propose, say, say, land, journal])(realm, random);
    if (push !== null) return push;
  }
  throw new Error('nobody may do anything');
}
