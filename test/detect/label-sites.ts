import { isProduct } from '../../lib/detect/product.ts';
import type { Site } from './label-facts.ts';
import type { Place } from './labels.ts';

/** More calls of one name than this tell nothing: it is a common one. */
const MOST_CALLS = 60;
const MOST_LEVELS = 3;
/** Lines that a call with its arguments may take. */
const CALL_LINES = 12;

const definitions: Record<string, RegExp[]> = {
  py: [/^\s*(?:async\s+)?def\s+(\w+)/],
  go: [/^func\s+(?:\([^)]*\)\s*)?(\w+)/],
  rs: [/\bfn\s+(\w+)/],
  java: [/^\s+(?!return|new|throw|else)(?:[\w<>[\],?@]+\s+)+(\w+)\s*\([^;]*$/],
  js: [
    /\bfunction\s*\*?\s*(\w+)/,
    /\b(?:const|let|var)\s+(\w+)\s*(?::[^=]*)?=\s*(?:async\s*)?(?:function\b|<|\(|\w+\s*=>|$)/,
    /^\s*(?:(?:public|private|protected|static|override|readonly|async)\s+|\*)*#?(\w+)\s*=\s*(?:async\s*)?\((?!.*;\s*$)/,
    // A line that ends in a callback is a call.
    /^\s*(?:(?:public|private|protected|static|override|readonly|async)\s+|\*)*#?(\w+)\s*\((?!.*(?:;\s*$|=>\s*\{?\s*$|\bfunction\b))/,
  ],
};
const notNames = new Set(['if', 'for', 'while', 'switch', 'catch', 'return', 'await', 'function', 'super']);

const family = (path: string): string => {
  const ending = path.slice(path.lastIndexOf('.') + 1);
  return /^[cm]?[jt]sx?$/.test(ending) ? 'js' : ending;
};

/**
 * Where the function around a place is called, and the functions around those calls, by name alone: detectors may name the line
 * that hands a key in, not the one that asks S3. `files` are the lines of all files of the repository.
 */
export function callSites(place: Place, files: ReadonlyMap<string, readonly string[]>): Site[] {
  const found: Site[] = [];
  let level: Site[] = [place];
  const seen = new Set<string>();
  for (let depth = 0; depth < MOST_LEVELS && level.length > 0; depth++) {
    const names = new Set(level.flatMap((site) => enclosing(site, files) ?? []));
    level = [...names].filter((name) => !seen.has(name)).flatMap((name) => callsOf(name, place.path, files));
    for (const name of names) seen.add(name);
    found.push(...level);
  }
  return found;
}

function enclosing(
  { path, first, last }: Site,
  files: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const lines = files.get(path) ?? [];
  const shapes = definitions[family(path)] ?? [];
  const own = lines[first - 1] ?? '';
  // A place may begin with the line of the function itself.
  let indent = last > first && /\{\s*$/.test(own) ? indentOf(own) + 1 : indentOf(own);
  for (let i = first - 1; i >= 0; i--) {
    const line = lines[i] ?? '';
    if (/^\s*\{?\s*$/.test(line) || indentOf(line) >= indent) continue;
    for (const shape of shapes) {
      const name = shape.exec(line)?.[1];
      if (name && !notNames.has(name)) return name === 'constructor' ? undefined : name;
    }
    if (!/^\s*[)\]}>]/.test(line)) indent = indentOf(line);
  }
  return undefined;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

function callsOf(name: string, path: string, files: ReadonlyMap<string, readonly string[]>): Site[] {
  const word = new RegExp(`\\b${name}\\b`);
  const sites: Site[] = [];
  for (const [other, lines] of files) {
    if (family(other) !== family(path) || isProduct(other) < isProduct(path)) continue;
    lines.forEach((line, i) => {
      if (word.test(line) && !declares(line, name))
        sites.push({ path: other, first: i + 1, last: i + CALL_LINES });
    });
    if (sites.length > MOST_CALLS) return [];
  }
  return sites;
}

const declares = (line: string, name: string): boolean =>
  /^\s*(?:import|from|def|async def|func|fn|pub|export (?:const|async|function))\b/.test(line) ||
  (/\{\s*$/.test(line) && (definitions.js ?? []).some((shape) => shape.exec(line)?.[1] === name));
