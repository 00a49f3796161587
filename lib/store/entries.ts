/** How many changes lie above a shared map before they are laid into one of their own. */
const LAYER = 64;

/**
 * Values by path, of which a changed copy costs only its changes: it shares what is below. A realm of ten thousand files
 * is looked at again after every append.
 */
export class Entries<T> {
  readonly #below: Map<string, T>;
  /** `undefined`: gone. */
  readonly #above: Map<string, T | undefined>;
  #size: number;

  constructor(
    below: Map<string, T> = new Map(),
    above: Map<string, T | undefined> = new Map(),
    size = below.size,
  ) {
    this.#below = below;
    this.#above = above;
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get(path: string): T | undefined {
    return this.#above.has(path) ? this.#above.get(path) : this.#below.get(path);
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  keys(): Iterable<string> {
    return this.#above.size === 0 ? this.#below.keys() : this.#pick((path) => path);
  }

  entries(): Iterable<[string, T]> {
    return this.#above.size === 0 ? this.#below.entries() : this.#pick((path, value) => [path, value]);
  }

  *#pick<P>(pick: (path: string, value: T) => P): Iterable<P> {
    for (const [path, value] of this.#below) if (!this.#above.has(path)) yield pick(path, value);
    for (const [path, value] of this.#above) if (value !== undefined) yield pick(path, value);
  }

  /** The same value in a better form. */
  improve(path: string, value: T): void {
    if (this.#above.has(path)) this.#above.set(path, value);
    else this.#below.set(path, value);
  }

  /** A copy with these changes; `null` takes a path away. */
  with(changes: ReadonlyMap<string, T | null>): Entries<T> {
    const above = new Map(this.#above);
    let size = this.#size;
    for (const [path, value] of changes) {
      size += Number(value !== null) - Number(this.has(path));
      above.set(path, value ?? undefined);
    }
    const copy = new Entries(this.#below, above, size);
    return above.size <= LAYER ? copy : new Entries(new Map(copy.entries()));
  }
}
