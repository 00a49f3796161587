import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue } from '../../json.ts';
import { type Belongs, type Named, repositoryOf } from '../repository.ts';
import type { Part, Unresolved } from '../types.ts';
import { givenBy, type Layer, settingOf } from './given.ts';
import type { Target } from './target.ts';
import type { FileDocument } from './yaml.ts';

/** The files of a binding as they were read, and what was found in them. */
export class Sources {
  readonly parts: Part[] = [];
  readonly unresolved: Unresolved[] = [];
  /** Files that something names as its values. */
  readonly consumed = new Set<string>();

  constructor(
    readonly files: ReadonlyMap<string, readonly FileDocument[]>,
    private readonly belongs: (named: Named) => Belongs,
    /** The provider's repository was named. */
    private readonly isAsked: boolean,
  ) {}

  add(path: string, line: number, value: JsonObject): void {
    this.parts.push({ pointer: `/uses/${this.parts.length}`, value, path, line, how: 'values' });
  }

  open(path: string, line: number, what: string, why: string): void {
    this.unresolved.push({ path, line, what, why });
  }

  /** Notes that something gives values to a chart; `open`: why more may be given. */
  gives(target: Target | string, release: Release): void {
    const { subject, path, line, layers, open } = release;
    if (typeof target === 'string') {
      this.open(path, line, subject, target);
      return;
    }
    const answers = target.repositories?.map(this.belongs);
    if (answers?.includes('yes') === false) {
      const [named] = target.repositories ?? [];
      if (answers.includes('perhaps'))
        this.open(
          path,
          line,
          subject,
          `whether '${named?.path}' is the provider's repository is not known: --with repository=${named?.path}`,
        );
      return;
    }
    const { values, lines, hidden } = givenBy(layers, path, true);
    this.add(path, line, {
      ...{ subject, ...target.use, values, lines },
      ...(hidden.length > 0 ? { hidden } : {}),
      ...(open === undefined ? {} : { open }),
    });
  }

  /** Does a URL surely lead to the provider's repository? */
  isProviders(url: string): boolean {
    const named = repositoryOf(url);
    return this.isAsked && named !== null && this.belongs(named) === 'yes';
  }

  /** The values in a file that something at a place names; `undefined` where it was not read. */
  valuesIn(path: string): Layer | undefined {
    this.consumed.add(path);
    const [document] = this.files.get(path) ?? [];
    if (document === undefined) return undefined;
    const value = document.value ?? {};
    return isObject(value) ? { value, path, line: document.line } : undefined;
  }
}

/** Something that installs a chart. */
export interface Release {
  subject: string;
  path: string;
  line: number;
  layers: readonly Layer[];
  open: string | undefined;
}

/** The layers of one release as they are gathered, lowest first. */
export class Layers {
  readonly found: Layer[] = [];
  open: string | undefined;

  constructor(
    private readonly sources: Sources,
    private readonly path: string,
    private readonly document: FileDocument,
  ) {}

  /** A file, by its path from the root of the repository. */
  file(path: string, pointer: string): void {
    const layer = path.includes('{{') ? undefined : this.sources.valuesIn(posix.normalize(path));
    if (layer !== undefined) this.found.push(layer);
    else this.unread(pointer, path, `its values in '${path}' are not among the files that were read`);
  }

  inline(value: JsonObject, pointer: string): void {
    this.found.push({ value, path: this.path, line: (inner) => this.document.line(`${pointer}${inner}`) });
  }

  /** Values with one line for all. */
  at(value: JsonObject, pointer: string): void {
    this.found.push({ value, path: this.path, line: () => this.document.line(pointer) });
  }

  set(name: JsonValue | undefined, value: JsonValue, isText: boolean, pointer: string): void {
    const made = typeof name === 'string' ? settingOf(name, value, isText) : null;
    if (made !== null) this.at(made, pointer);
    else this.unread(pointer, 'a value', 'what it sets is not known');
  }

  unread(pointer: string, what: string, why: string): void {
    this.open ??= why;
    this.sources.open(this.path, this.document.line(pointer), what, why);
  }
}
