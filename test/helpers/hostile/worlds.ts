import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Test } from 'tap';
import { nightly } from '../values/nightly.ts';
import { anySeed, seedOr } from '../values/seed.ts';
import { prefix, type Sandbox, sandbox } from '../world/cli.ts';
import { invocations, toolCalls } from './invocations.ts';
import { strangeIn } from './own-processes.ts';
import { hostileTree, type Mark, PARTIAL, poison } from './poison.ts';
import { hostileRealm } from './realm.ts';
import { type Traced, tracer } from './tracer.ts';

/** Where a command is run, and what of it is a stranger's. */
export interface World {
  box: Sandbox;
  cwd: string;
  mark: Mark;
}

/** A user whose own configuration names programs, and somebody else's commands that leave a mark where they run. */
export function user(t: Test): World {
  const box = sandbox(t);
  mkdirSync(box.path('marks'), { mode: 0o777 });
  chmodSync(box.root, 0o755);
  chmodSync(box.path('marks'), 0o777);
  box.write('user/ssh', '#!/bin/sh\nfor last; do :; done\neval "exec $last"\n', 0o755);
  box.write('user/credential', '#!/bin/sh\nexit 0\n', 0o755);
  writeFileSync(
    box.path('home', '.gitconfig'),
    `\n[core]\n\tsshCommand = ${box.path('user', 'ssh')}\n[credential]\n\thelper = ${box.path('user', 'credential')}\n`,
    { flag: 'a' },
  );
  return { box, cwd: 'victim', mark: (name) => `touch ${box.path('marks', name)}` };
}

/** What came of it: exit statuses by command, and every program that was started. */
interface Seen {
  codes: Map<string, number>;
  programs: Set<string>;
}

/** One for each sandbox: thousands of links. */
const tracers = new WeakMap<Sandbox, ReturnType<typeof tracer>>();

/** What tests ask about, and what ends the session that another one has started. */
const ALWAYS = ['fetch', 'graph', 'join', 'status', 'session'];

const seed = seedOr(anySeed());

/** The worlds that share the commands. */
export const kinds = ['url', 'path', 'clone', 'bare', 'realm-owner', 'owner'] as const;

/**
 * Every command and every tool; it fails for what ran that neither we nor the user named, and for each mark of a stranger. The
 * kinds of world share half of them, chosen by the seed, so that each of those is run in one of the six, and the tools in one;
 * `REALM_NIGHTLY=1` runs everything in every world.
 */
export async function everything(t: Test, world: World, kind: (typeof kinds)[number]): Promise<Seen> {
  const all = await invocations();
  if (nightly) return traced(t, world, all, true);
  const turn = kinds.indexOf(kind);
  const isMine = (words: readonly string[], at: number) =>
    (at + seed) % (2 * kinds.length) === turn || ALWAYS.includes(words[0] ?? '');
  return traced(t, world, all.filter(isMine), seed % kinds.length === turn);
}

/** The same of these commands, and of the tools where asked. */
export async function traced(
  t: Test,
  { box, cwd }: World,
  commands: readonly string[][],
  tools = false,
): Promise<Seen> {
  const watch = tracers.get(box) ?? tracer(box);
  tracers.set(box, watch);
  const seen: Seen = { codes: new Map(), programs: new Set() };
  const problems = new Map<string, string[]>();
  const trouble = (what: string, name: string) => problems.set(what, [...(problems.get(what) ?? []), name]);
  const marks = box.path('marks');
  const judge = (name: string, trace: Traced): void => {
    for (const { program } of trace.started) seen.programs.add(program);
    const strange = strangeIn(trace, { prefix, user: box.path('user'), stranger: marks });
    for (const mark of strange) trouble(mark, name);
    for (const mark of readdirSync(marks)) {
      trouble(`a stranger's command: ${mark}`, name);
      rmSync(join(marks, mark));
    }
  };
  for (const words of commands) {
    const name = words.join(' ');
    // strace would wait for the session that is left.
    const { ran, ...trace } = await watch.run(['git', 'realm', ...words], {
      cwd,
      untraced: name === 'session start',
    });
    seen.codes.set(name, ran.code);
    if (ran.code === 70 || ran.code < 0) trouble(`exit ${ran.code}: ${ran.stderr.slice(0, 400)}`, name);
    judge(name, trace);
  }
  if (tools) {
    await everyTool(box, box.path(cwd), watch.watched(['git', 'realm', 'mcp']));
    judge('mcp', watch.collect());
  }
  t.same(Object.fromEntries(problems), {});
  t.comment(`${seen.codes.size} commands${watch.strace ? '' : '; no strace'}`);
  return seen;
}

/** An agent calls every tool. */
async function everyTool(
  box: Sandbox,
  cwd: string,
  { file, args, env }: { file: string; args: string[]; env: Record<string, string> },
): Promise<void> {
  const client = new Client({ name: 'agent', version: '1.0.0' });
  // `env -i`: the test runner adds its own NODE_OPTIONS to whatever environment a child is given.
  const clean = Object.entries({ ...box.env, ...env }).map(([name, value]) => `${name}=${value}`);
  await client.connect(
    new StdioClientTransport({
      command: 'env',
      args: ['-i', ...clean, file, ...args],
      cwd,
      stderr: 'ignore',
    }),
  );
  for (const call of toolCalls(join(cwd, 'vendor', 'realm')))
    await client.callTool(call).catch(() => undefined);
  await client.close();
}

/** Takes an object out of a repository, which git would ask the promisor for. */
export async function lose({ box }: World, gitDir: string, revision: string): Promise<void> {
  const oid = (await box.git(['-C', gitDir, 'rev-parse', revision])).stdout.trim();
  rmSync(join(gitDir, 'objects', oid.slice(0, 2), oid.slice(2)));
}

/** A repository whose tree is a stranger's, with a bare repository in it that its `.blue/config.yaml` names. */
export async function hostileClone(
  world: World,
  config = 'realm: { name: hostile, url: vendor/realm }\nrepo: victim\n',
): Promise<void> {
  const { box, mark } = world;
  const made = await hostileRealm(box, 'made.git', mark);
  await box.git(['init', '-q', 'attacker']);
  hostileTree(box.path('attacker'), mark);
  const vendor = box.path('attacker', 'vendor', 'realm');
  cpSync(made, vendor, { recursive: true });
  await lose(world, vendor, 'main:realm.yaml');
  poison(vendor, mark, `[core]\n\tbare = true\n${PARTIAL}`);
  for (const name of ['refs/tags', 'objects/info', 'branches']) {
    mkdirSync(join(vendor, name), { recursive: true });
    writeFileSync(join(vendor, name, '.keep'), '');
  }
  box.write('attacker/.blue/config.yaml', config);
  await box.git(['-C', 'attacker', 'add', '-A', '-f']);
  await box.git(['-C', 'attacker', 'commit', '-q', '-m', 'x']);
  await box.git(['clone', '-q', 'attacker', 'victim']);
}

/** A repository of the user's own in the realm at `place`, and what it has of a stranger's. */
export async function joined(world: World, place: string): Promise<void> {
  const { box, mark } = world;
  await box.git(['init', '-q', 'victim']);
  hostileTree(box.path('victim'), mark);
  await box.git(['-C', 'victim', 'add', '-A', '-f']);
  await box.git(['-C', 'victim', 'commit', '-q', '-m', 'x']);
  await box.realm(['join', place, '--name', 'victim', '--yes'], { cwd: 'victim' });
  await box.git(['-C', 'victim', 'add', '-A', '-f']);
  await box.git(['-C', 'victim', 'commit', '-q', '-m', 'join'], { expect: 'any' });
}
