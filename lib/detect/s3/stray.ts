import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import type { Located } from '../evaluate/values.ts';
import { type FoundPath, pattern } from '../found-paths.ts';
import type { Expr, Module, Scope } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';
import type { Access } from './operations.ts';
import { parseAddress } from './request.ts';
import { accessAround, accessFromName, isLog, isSentence } from './uris.ts';

/**
 * Addresses that no recognised call takes. A name such as `OUTPUT_URI` says which way they are used; otherwise they
 * are unresolved.
 */
export function strayAddresses(
  module: Module,
  read: PathsRead,
  e: Evaluator,
): { findings: FoundPath[]; unresolved: Unresolved[] } {
  const findings: FoundPath[] = [];
  const spoken = new Set<Expr>();
  for (const call of module.calls) if (isLog(call)) for (const arg of call.args) collect(arg.value, spoken);
  const given = new Set(module.calls.flatMap((call) => call.args.map((arg) => arg.value)));
  const open: Unresolved[] = [];
  const names = namesOf(module);
  const sides = sidesOf(module);
  const inMaps = new Set(module.maps.flatMap((map) => map.entries.map(({ value }) => value)));
  const mappers = module.calls.filter((call) => /^(?:get_mapper|S3Map)$/.test(calleeName(call)));
  for (const expr of [...module.texts, ...mappers]) {
    if (spoken.has(expr)) continue;
    const at: Located = { expr, env: undefined, module };
    for (const pieces of e.texts(at)) {
      const [first, ...rest] = pieces;
      const found =
        typeof first === 'string'
          ? /^(?:(-{0,2}[\w.-]+)=)?(s3[an]?:\/\/\S*)$/.exec(first.slice(0, 2000))
          : null;
      const address = found ? parseAddress([found[2] ?? '', ...rest], false) : undefined;
      if (!address || pattern(address.bucket) === '' || isSentence(rest)) continue;
      // the text up to its first placeholder, for a format string is not what is read
      const whole = `${pattern(address.bucket)}/${pattern(address.key)}`;
      const prefix = /^[^{%$<]*/.exec(whole)?.[0] ?? whole;
      const name = found?.[1] ?? names.get(expr) ?? '';
      const access = accessFromName(name) ?? sides.get(expr);
      // What is written by a call here may be read where its address is given.
      const isOther = access !== undefined && inMaps.has(expr) && !read.has(access, whole);
      if (!isOther && (prefix === whole ? read.holds(whole) : read.startsWith(prefix))) continue;
      // a bucket alone is the root of other paths, unless it is handed to something that is not known
      if (address.key.length === 0 && !(given.has(expr) && !read.bucket(pattern(address.bucket)))) continue;
      const what = `s3://${pattern(address.bucket)}/${pattern(address.key)}`;
      if (access)
        findings.push({
          access,
          ...address,
          path: module.path,
          line: expr.line,
          how: `${name} = …`,
        });
      else
        open.push({
          path: module.path,
          line: expr.line,
          what,
          why: 'no read or write of this address was found',
        });
    }
  }
  return { findings, unresolved: open };
}

/** The paths that calls were found to use, to be looked up by their starts. */
export class PathsRead {
  private readonly paths: string[];
  private readonly buckets: Set<string>;
  private readonly accesses: Set<string>;

  constructor(findings: readonly FoundPath[]) {
    const all = findings.map((finding) => `${pattern(finding.bucket)}/${pattern(finding.key)}`);
    this.paths = [...new Set(all)].sort();
    this.accesses = new Set(
      findings.map((finding) => `${finding.access} ${pattern(finding.bucket)}/${pattern(finding.key)}`),
    );
    this.buckets = new Set(findings.map((finding) => pattern(finding.bucket)));
  }

  /** Whether that access to just this path is among them. */
  has(access: Access, path: string): boolean {
    return this.accesses.has(`${access} ${path}`);
  }

  /** Whether a path of that bucket is among them; an address may have options behind its bucket. */
  bucket(name: string): boolean {
    return this.buckets.has(name.replace(/\?.*$/, ''));
  }

  startsWith(prefix: string): boolean {
    return this.paths[this.from(prefix)]?.startsWith(prefix) ?? false;
  }

  /** Itself, or what others are joined to. */
  holds(path: string): boolean {
    if (this.paths[this.from(path)] === path) return true;
    const root = path.replace(/\/$/, '');
    return this.startsWith(`${root}/`) || this.startsWith(`${path}*`);
  }

  private from(path: string): number {
    let [low, high] = [0, this.paths.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.paths[middle] ?? '') < path) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function collect(expr: Expr, into: Set<Expr>): void {
  into.add(expr);
  if (expr.kind === 'template') for (const part of expr.parts) collect(part, into);
  else if (expr.kind === 'binary') for (const side of [expr.left, expr.right]) collect(side, into);
  else if (expr.kind === 'call') for (const arg of expr.args) collect(arg.value, into);
}

/** Values of maps by the side of things that a key further up puts them on. */
function sidesOf(module: Module): Map<Expr, Access> {
  const sides = new Map<Expr, Access>();
  for (const map of module.maps) {
    const access = accessAround(map);
    if (access)
      for (const { value } of map.entries)
        for (const side of value.kind === 'list' ? value.items : [value]) sides.set(side, access);
  }
  return sides;
}

/** The names under which addresses stand in a module: variable, key, keyword, and the key above where that says more. */
function namesOf(module: Module): Map<Expr, string> {
  const names = new Map<Expr, string>();
  const add = (expr: Expr, name: string): void => {
    if (expr.kind === 'list')
      expr.items.forEach((item, i) => {
        // ["--output", "s3://…"]
        const before = expr.items[i - 1];
        const flag = before?.kind === 'text' && before.value.startsWith('-') ? before.value : undefined;
        add(item, flag ?? name);
      });
    if (!names.has(expr)) names.set(expr, name);
  };
  const scopes: Scope[] = [module.root];
  for (const scope of scopes) {
    for (const [name, bindings] of scope.bindings)
      for (const binding of bindings) add(binding.value, name.replace(/^(?:local|var)\./, ''));
    for (const inner of scope.scopes.values()) scopes.push(...inner);
  }
  for (const map of module.maps)
    for (const entry of map.entries) {
      if (entry.key.kind !== 'text') continue;
      const own = entry.key.value;
      add(entry.value, accessFromName(own) || map.under === undefined ? own : `${map.under}.${own}`);
    }
  for (const call of module.calls)
    for (const arg of call.args) if (arg.name !== undefined) add(arg.value, arg.name);
  return names;
}
