import { pathsIn, type Touched } from './evaluate/touched.ts';
import type { Call, Import, Module, Scope } from './syntax/ir.ts';
import type { SourceFile } from './types.ts';

/** What following the code looked for and was not given. */
export type Want =
  /** Something that an import names, as it is written; `name` is what was looked for in it, absent for the module itself. */
  | {
      kind: 'import';
      from: string;
      member: string | undefined;
      name: string | undefined;
      importer: Pick<Module, 'path' | 'language'>;
    }
  /** A name that a file shares with its folder, as Go, Java and Terraform have it. */
  | { kind: 'beside'; path: string; name: string }
  /** A function whose callers decide a value. */
  | { kind: 'calls'; path: string; name: string };

/** What was read in one module, with the files that were looked at for it. */
interface Kept {
  touched: ReadonlySet<Touched>;
}

/** Which of the calls that were looked at are calls of one function, with the files that were looked at to find out. */
interface Callees {
  calls: Map<Call, { result: boolean; touched: Touched }>;
  touched: Set<Touched>;
}

/** What an extraction looked for in files that it was not given: with those it may say more. */
export class Wanted {
  /** Called with the path of each file that was parsed, or looked through. */
  readonly analysed: (path: string) => void;
  /** What was read in the modules of each file, for as long as no further file bears on it. */
  readonly kept = new Map<string, Kept[]>();
  /** What was found out about the calls of each function, likewise. */
  private readonly callees = new Map<Scope, Callees>();
  private readonly known = new Map<string, Want>();
  /** The files for which each further one is read. */
  private readonly askers = new Map<string, Set<string>>();

  constructor(analysed: (path: string) => void = () => {}) {
    this.analysed = analysed;
  }

  import(
    { path, language }: Module,
    { from, member }: Pick<Import, 'from' | 'member'>,
    name: string | undefined,
  ): Want {
    return this.only(`i\n${path}\n${from}\n${member ?? '\n'}\n${name ?? '\n'}`, () => ({
      kind: 'import',
      from,
      member,
      name,
      importer: { path, language },
    }));
  }

  neighbour(path: string, name: string): Want {
    return this.only(`b\n${path}\n${name}`, () => ({ kind: 'beside', path, name }));
  }

  calls(path: string, name: string): Want {
    return this.only(`c\n${path}\n${name}`, () => ({ kind: 'calls', path, name }));
  }

  /** What is known of the calls of a function, to be added to. */
  calleesOf(scope: Scope): Callees {
    const known = this.callees.get(scope) ?? { calls: new Map(), touched: new Set() };
    this.callees.set(scope, known);
    return known;
  }

  /** All that was looked for, in the order in which it was. */
  get all(): Iterable<Want> {
    return this.known.values();
  }

  /**
   * Forgets what was read with the help of files that asked for one of these, or that were themselves only read for one that did:
   * who calls a function may be known only by what the caller imports.
   */
  found(more: ReadonlyMap<SourceFile, readonly Want[]>): void {
    for (const [{ path }, wants] of more) {
      const askers = this.askers.get(path) ?? new Set();
      this.askers.set(path, askers);
      for (const want of wants) askers.add(want.kind === 'import' ? want.importer.path : want.path);
    }
    const asked = new Set([...more.keys()].flatMap(({ path }) => [...(this.askers.get(path) ?? [])]));
    for (const path of asked) for (const asker of this.askers.get(path) ?? []) asked.add(asker);
    const isConcerned = (path: string, { touched }: Kept): boolean =>
      asked.has(path) || [...pathsIn(touched)].some((other) => asked.has(other));
    for (const [path, readings] of this.kept)
      if (readings.some((reading) => isConcerned(path, reading))) this.kept.delete(path);
    for (const [scope, callees] of this.callees)
      if (isConcerned(scope.module.path, callees)) this.callees.delete(scope);
  }

  private only(key: string, make: () => Want): Want {
    const known = this.known.get(key);
    if (known) return known;
    const want = make();
    this.known.set(key, want);
    return want;
  }
}
