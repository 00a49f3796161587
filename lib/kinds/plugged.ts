import type { ValueComparison } from '../compat/types.ts';
import type { Detector } from '../detect/types.ts';
import { RealmError } from '../errors.ts';
import type { Kind } from './types.ts';

/** A kind that a program on the user's PATH knows (docs/kinds-plugins.md), and the readers it brings. */
export interface Plugin {
  kind: Kind;
  detectors: readonly Detector[];
}

/** How plug-ins are found, which the edge knows: this module knows only what was loaded. */
export interface PluginHost {
  /** Throws a `RealmError` where the kind is not allowed, its program is not there, or does not answer as it has to. */
  load(name: string): Promise<Plugin>;
  /** The kinds that the user allows. */
  allowed(): Promise<readonly string[]>;
  /** Ends the programs that were started; what is asked next begins again. */
  close(): void;
}

let host: PluginHost | undefined;
let asked = new Map<string, Promise<Plugin | RealmError>>();
let loaded = new Map<string, Plugin>();

/** Whom to ask for kinds that are not built in, from now on; what was loaded before is ended and forgotten. */
export function pluginsBy(given: PluginHost | undefined): void {
  forgetPlugins();
  host = given;
}

/** Ends what was loaded, for a process that goes on after a command: the user may allow something else by the next one. */
export function forgetPlugins(): void {
  host?.close();
  asked = new Map();
  loaded = new Map();
}

/** Loads the kind of that name; why it is not known here, or `null` where it is. Asked for once in the life of a host. */
export async function plugIn(name: string): Promise<RealmError | null> {
  const answer = asked.get(name) ?? load(name);
  asked.set(name, answer);
  const plugin = await answer;
  if (plugin instanceof RealmError) return plugin;
  loaded.set(name, plugin);
  return null;
}

/** Loads every kind that the user allows, for a source that no built-in kind recognises; `problems`: why some are not known. */
export async function plugInAll(): Promise<{ kinds: Kind[]; problems: string[] }> {
  const found: { kinds: Kind[]; problems: string[] } = { kinds: [], problems: [] };
  for (const name of (await host?.allowed()) ?? []) {
    const problem = await plugIn(name);
    const kind = pluggedKind(name);
    if (problem !== null) found.problems.push(problem.message);
    else if (kind !== undefined) found.kinds.push(kind);
  }
  return found;
}

/** The kind of that name, where it was loaded. */
export const pluggedKind = (name: string): Kind | undefined => loaded.get(name)?.kind;

/** `env.example` is the reader `example` of the kind `env`; no built-in reader has a dot in its name. */
export const kindInReader = (reader: string): string | undefined =>
  /^([a-z][a-z0-9-]*)\.[a-z][a-z0-9-]*$/.exec(reader)?.[1];

/** A reader of a kind from a plug-in, where that was loaded. */
export const pluggedDetector = (reader: string): Detector | undefined =>
  loaded.get(kindInReader(reader) ?? '')?.detectors.find((detector) => detector.name === reader);

/** Loads the kind that a reader belongs to. Throws where it is one of a plug-in that is not known here. */
export async function plugInReader(reader: string): Promise<void> {
  const name = kindInReader(reader);
  const problem = name === undefined ? null : await plugIn(name);
  if (problem !== null) throw problem;
}

async function load(name: string): Promise<Plugin | RealmError> {
  try {
    return (
      (await host?.load(name)) ??
      new RealmError('kind-unknown', `this release does not support kind '${name}'`)
    );
  } catch (error) {
    if (error instanceof RealmError) return error;
    throw error;
  }
}

/** A kind that is not known here: nothing is recognised, compared or covered. */
export const strangeKind = (name: string): Kind => ({
  name,
  summary: 'a kind that is not supported here',
  looksFor: 'nothing: the kind is not supported here',
  direction: 'agreed',
  readers: [],
  uses: [],
  recognise: async () => null,
  holds: () => false,
  compare: async () => notKnown((await plugIn(name))?.message ?? `kind '${name}' is not supported here`),
  cover: async () => ({ answer: 'unknown', why: `kind '${name}' is not supported here` }),
});

const notKnown = (reason: string): ValueComparison => ({
  verdict: { verdict: 'unknown', reason, pointer: '' },
  changes: [],
});
