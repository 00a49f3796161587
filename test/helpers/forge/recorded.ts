import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/** Recorded exchanges with real forges, which are not ours to copy: beside the project, where they exist. */
const FOLDER = join(import.meta.dirname, '../../../../shared/forges/recorded');

interface Interaction {
  request: { method: string; url: string };
  response: { body?: string; code: number };
}

export interface Recorded {
  /** What is wrong with a reply, by those that were recorded for the same question: a sentence for each field. */
  ofReply(method: string, path: string, status: number, data: unknown): string[];
  /** Every recorded reply with data of a route, for readers of them. */
  replies(route: string): unknown[];
}

interface Source {
  /** Folders of forges that answer alike. */
  forges: readonly string[];
  /** What the paths of the interface begin with. */
  api: string;
  /** What the forge documents and the recorded project does not have. */
  besides?: readonly string[];
}

const known = new Map<string, Recorded | null>();

/** `null`: they are missing. */
function recorded(source: Source): Recorded | null {
  const key = source.forges.join();
  const found = known.get(key) ?? (existsSync(FOLDER) ? read(source) : null);
  known.set(key, found);
  return found;
}

/** Merge trains are documented for Premium. */
export const recordedGitlab = (): Recorded | null =>
  recorded({ forges: ['gitlab'], api: '/api/v4', besides: ['merge_trains_enabled'] });

export const recordedBitbucket = (): Recorded | null => recorded({ forges: ['bitbucket'], api: '/2.0' });

export const recordedGitea = (): Recorded | null =>
  recorded({ forges: ['gitea', 'forgejo'], api: '/api/v1' });

interface Route {
  types: Map<string, Set<string>>;
  replies: unknown[];
}

function read({ forges, api, besides = [] }: Source): Recorded {
  const routes = new Map<string, Route>();
  const files = forges.flatMap((forge) =>
    readdirSync(join(FOLDER, forge), { recursive: true, encoding: 'utf8' }).map((name) => join(forge, name)),
  );
  for (const name of files) {
    if (!name.endsWith('.yaml')) continue;
    const { interactions } = parse(readFileSync(join(FOLDER, name), 'utf8')) as {
      interactions: Interaction[];
    };
    for (const { request, response } of interactions) {
      if (response.code > 299 || !/^[[{]/.test(response.body ?? '')) continue;
      const route = routeOf(request.method, new URL(request.url).pathname.replace(api, ''));
      const entry: Route = routes.get(route) ?? { types: new Map(), replies: [] };
      routes.set(route, entry);
      const reply: unknown = JSON.parse(response.body ?? '');
      entry.replies.push(reply);
      for (const item of Array.isArray(reply) ? reply : [reply])
        for (const [key, value] of Object.entries(item as object))
          entry.types.set(key, (entry.types.get(key) ?? new Set()).add(typeOf(value)));
    }
  }
  return {
    replies: (route) => routes.get(route)?.replies ?? [],
    ofReply: (method, path, status, data) => {
      const route = routeOf(method, path);
      const types = routes.get(route)?.types;
      if (types === undefined || types.size === 0 || status > 299) return [];
      return (Array.isArray(data) ? data : [data]).flatMap((item) =>
        Object.entries(item as object).flatMap(([key, value]) => {
          const seen = types.get(key);
          if (besides.includes(key)) return [];
          if (seen === undefined) return [`${route}: a real one has no '${key}'`];
          // What is `null` in all of them may be anything.
          const isKnown = seen.has(typeOf(value)) || value === null || (seen.size === 1 && seen.has('null'));
          return isKnown ? [] : [`${route}: '${key}' is ${[...seen].join(' or ')} in a real one`];
        }),
      );
    },
  };
}

const routeOf = (method: string, path: string): string =>
  `${method} ${path
    .replace(/^\/projects\/[^/]+/, '/projects/P')
    .replace(/^\/repos\/[^/]+\/[^/]+/, '/repos/P')
    .replace(/^\/repositories\/[^/]+\/[^/]+/, '/repositories/P')
    .replace(/\/[0-9a-f]{40}/, '/SHA')
    .replace(/\/\d+/g, '/N')}`;

const typeOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
