import type { Unresolved } from '../types.ts';
import type { Found, Route } from './types.ts';

/** Ways from an application to a router that are followed; a router that is reached by more is cut off, and said. */
const MOST_WAYS = 200;

/**
 * Routers and what they are mounted in, for frameworks whose prefixes come together from several places and files: an
 * application, a blueprint, a group, a controller. `Key` is whatever identifies a router: an expression, a scope, a class.
 */
export class Mounts<Key> {
  private readonly routes = new Map<Key, Route[]>();
  private readonly parents = new Map<Key, { parent: Key; prefix: string }[]>();
  private readonly known = new Map<Key, string[]>();
  private readonly under = new Set<Key>();
  private readonly join: (prefix: string, rest: string) => string;

  /** `join`: how a prefix and what follows it are one path. */
  constructor(join: (prefix: string, rest: string) => string = joined) {
    this.join = join;
  }

  /** Whether something has it mounted. */
  isMounted(child: Key): boolean {
    return this.parents.has(child);
  }

  /** Notes a route of a router; its template is relative to the router. */
  route(at: Key, route: Route): void {
    const known = this.routes.get(at);
    if (known === undefined) this.routes.set(at, [route]);
    else known.push(route);
  }

  /** Notes that all routes of `child` are also routes of `parent`, under the prefix. */
  mount(parent: Key, prefix: string, child: Key): void {
    const known = this.parents.get(child);
    if (known === undefined) this.parents.set(child, [{ parent, prefix }]);
    else known.push({ parent, prefix });
  }

  /** Each route with all the prefixes that lead to it. A router that nobody mounts is a root. */
  all(): Found<Route> {
    const found: Route[] = [];
    const unresolved: Unresolved[] = [];
    for (const [at, routes] of this.routes) {
      const prefixes = this.prefixes(at);
      for (const route of routes) {
        for (const prefix of prefixes.slice(0, MOST_WAYS))
          found.push({ ...route, template: this.join(prefix, route.template) });
        if (prefixes.length > MOST_WAYS || prefixes.length === 0)
          unresolved.push({
            path: route.path,
            line: route.line,
            what: `${route.method} ${route.template}`,
            why:
              prefixes.length === 0
                ? 'it is mounted in itself'
                : 'it is mounted in more places than are followed',
          });
      }
    }
    return { found, unresolved };
  }

  private prefixes(at: Key): string[] {
    const parents = this.parents.get(at);
    if (parents === undefined) return [''];
    const known = this.known.get(at);
    if (known !== undefined || this.under.has(at)) return known ?? [];
    this.under.add(at);
    const all = new Set<string>();
    for (const { parent, prefix } of parents)
      for (const outer of all.size > MOST_WAYS ? [] : this.prefixes(parent))
        all.add(this.join(outer, prefix));
    this.under.delete(at);
    const found = [...all].slice(0, MOST_WAYS + 1);
    this.known.set(at, found);
    return found;
  }
}

/** Two pieces of a path with one slash between them: `/api` and `/` are `/api`. */
export function joined(prefix: string, rest: string): string {
  const left = prefix.replace(/\/+$/, '');
  const right = rest.replace(/^\/+/, '');
  if (right === '') return left === '' ? '/' : left.startsWith('/') ? left : `/${left}`;
  return `${left === '' || left.startsWith('/') ? left : `/${left}`}/${right}`;
}

/** As Python's frameworks have it, where a last slash counts: `/api` and `/` are `/api/`; nothing after `/api` is `/api`. */
export function appended(prefix: string, rest: string): string {
  const whole = rest === '' ? prefix : `${prefix.replace(/\/+$/, '')}/${rest.replace(/^\/+/, '')}`;
  return whole.startsWith('/') || whole === '' ? whole : `/${whole}`;
}

/** As Django has it: one text after the other. */
export const concatenated = (prefix: string, rest: string): string =>
  `/${prefix.replace(/^\/+/, '')}${rest.replace(/^\/+/, '')}`;
