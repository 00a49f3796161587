import type { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { type Env, type Located, type partsOf, plain } from '../evaluate/values.ts';
import { type FoundPath, pattern } from '../found-paths.ts';
import type { Access } from '../s3/operations.ts';
import { parseAddress } from '../s3/request.ts';
import type { Call, Expr, MapExpr, Module, Place } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';

/** One policy statement, in the code's own expressions, whatever wrote it. */
export interface Statement {
  at: Place;
  module: Module;
  /** A member by any of its spellings: `actions`, `Action`. */
  member(name: Member): Located | undefined;
}

/** Keyword arguments as a statement: `PolicyStatement(actions=[…], resources=[…])`. */
export function callStatement(call: Call, module: Module, env: Env | undefined): Statement | undefined {
  if (!/(?:PolicyStatement|^Statement|StatementArgs)$/.test(calleeName(call))) return undefined;
  if (!call.args.some((arg) => arg.name !== undefined)) return undefined;
  const member = (name: Member): Located | undefined => {
    const arg = call.args.find((entry) => memberKey(entry.name ?? '') === name);
    return arg && { expr: arg.value, env, module };
  };
  return (member('action') ?? member('notaction')) ? { at: call, module, member } : undefined;
}

/** A map with actions and resources: a policy document's statement in any language's literals. */
export function mapStatement(map: MapExpr, module: Module, env: Env | undefined): Statement | undefined {
  const find = (name: Member): Expr | undefined =>
    map.entries.find((entry) => entry.key.kind === 'text' && memberKey(entry.key.value) === name)?.value;
  const acts = find('action') ?? find('notaction');
  const on = find('resource') ?? find('notresource');
  if (!acts || !on) return undefined;
  return {
    at: map,
    module,
    member: (name) => {
      const expr = find(name);
      return expr && { expr, env, module };
    },
  };
}

/** CDK's Java builders: `PolicyStatement.Builder.create().actions(List.of(…)).resources(List.of(…)).build()`. */
export function chainStatement(call: Call, module: Module, env: Env | undefined): Statement | undefined {
  if (calleeName(call) !== 'build') return undefined;
  const steps = new Map<string, Expr>();
  let here: Expr = call;
  while (here.kind === 'call' && here.callee.kind === 'member') {
    const [arg] = here.args;
    const name = memberKey(here.callee.name);
    if (arg && !steps.has(name)) steps.set(name, arg.value);
    here = here.callee.object;
  }
  const acts = steps.get('action');
  if (!acts || !(steps.has('resource') || steps.has('notresource'))) return undefined;
  return {
    at: acts,
    module,
    member: (name) => {
      const expr = steps.get(name);
      return expr && { expr, env, module };
    },
  };
}

/** `statement.add_actions(…)` and `statement.add_resources(…)` on one variable, in any CDK language. */
export function addedStatements(module: Module): Statement[] {
  const groups = new Map<string, Call[]>();
  for (const call of module.calls) {
    const { callee } = call;
    if (callee.kind !== 'member' || !/^add_?(?:actions|resources|conditions?)$/i.test(callee.name)) continue;
    if (callee.object.kind !== 'name') continue;
    const scope = callee.object.block.scope;
    const key = `${callee.object.name} ${scope.name} ${scope.line}`;
    const group = groups.get(key);
    if (group) group.push(call);
    else groups.set(key, [call]);
  }
  return [...groups.values()].flatMap((calls): Statement[] => {
    const [first] = calls;
    if (!first) return [];
    const list = (wanted: string): Located | undefined => {
      const given = calls.filter((call) => memberKey(calleeName(call)).includes(wanted));
      const items = given.flatMap((call) => call.args.map((arg) => arg.value));
      return items.length > 0
        ? { expr: { kind: 'list', items, line: first.line, at: first.at }, env: undefined, module }
        : undefined;
    };
    return list('action') && list('resource') ? [{ at: first, module, member: list }] : [];
  });
}

type Member = 'action' | 'notaction' | 'resource' | 'notresource' | 'effect' | 'condition';

const memberKey = (name: string): string => name.replaceAll('_', '').toLowerCase().replace(/s$/, '');

/** What a statement grants on S3 objects, and what of it could not be read. Other services' statements are silent. */
export function statementFindings(
  statement: Statement,
  e: Evaluator,
): { findings: FoundPath[]; unresolved: Unresolved[] } {
  const unresolved: Unresolved[] = [];
  const no = (what: string, why: string, line = statement.at.line) =>
    unresolved.push({ path: statement.module.path, line, what, why });
  const limited = (what: string, why: string) =>
    unresolved.push({ path: statement.module.path, line: statement.at.line, what, why, limits: true });
  const actions = statement.member('action');
  if (!actions) {
    const denies = statement.member('effect');
    const say = denies !== undefined && /allow$/i.test(wordOf(denies, e)) ? no : limited;
    say('NotAction', 'a statement with NotAction is not supported');
    return { findings: [], unresolved };
  }
  const granted = actionsOf(actions, e);
  if (!granted.about) return { findings: [], unresolved };
  for (const hole of granted.holes) no('an action', `unknown: ${hole}`);
  const effect = statement.member('effect');
  if (effect && /deny$/i.test(wordOf(effect, e))) {
    limited('a Deny statement', 'denials are not subtracted from the grants');
    return { findings: [], unresolved };
  }
  const either = effect !== undefined && mayDeny(effect, e);
  if (effect && !either && !/allow$/i.test(wordOf(effect, e))) {
    limited('a statement', 'unknown whether it allows or denies');
    return { findings: [], unresolved };
  }
  const resources = statement.member('resource');
  if (!resources) {
    no('NotResource', 'a statement with NotResource is not supported');
    return { findings: [], unresolved };
  }
  if (granted.deletes && !granted.access.includes('write'))
    no('s3:DeleteObject', 'it grants only deletion, which does not count as writing');
  if (granted.access.length === 0 && granted.beside.length > 0)
    no(
      granted.beside.join(', '),
      'it grants only versions or replicas of objects, which does not count as access',
    );
  const findings: FoundPath[] = [];
  for (const resource of e.elements(resources)) {
    const place = placeOf(resource, resources, statement, e);
    for (const pieces of e.texts(resource)) {
      const address = resourceAddress(pieces);
      if (address === 'other') continue;
      if (address === 'bucket') continue;
      const known = pieces.some((piece) => typeof piece === 'string');
      if (address === 'unknown' || !known) {
        const holes = pieces.filter((piece) => typeof piece !== 'string').map((hole) => hole.why);
        no('a resource', `unknown: ${[...new Set(holes)].join('; ') || 'no ARN'}`, place.expr.line);
        continue;
      }
      if (address.key.some((piece) => typeof piece !== 'string')) {
        // a grant that is only partly known must not be taken for a wider one
        const holes = address.key.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.why]));
        no(
          `the resource '${pattern(address.key)}'`,
          `part of it is unknown: ${holes.join('; ')}`,
          place.expr.line,
        );
        continue;
      }
      for (const access of granted.access)
        findings.push({
          access,
          ...address,
          path: place.module.path,
          line: place.expr.line,
          how: `${granted.names} on it`,
        });
    }
  }
  if (findings.length > 0 && either) limited('a statement', 'it allows or denies, by a condition');
  if (findings.length > 0 && statement.member('condition'))
    limited('a statement with a condition', 'its grants apply only under that condition');
  return { findings, unresolved };
}

/** Where a resource is granted: where it is handed in, but for one that Terraform's configuration only names in the statement. */
function placeOf(resource: Located, resources: Located, { module, at }: Statement, e: Evaluator): Located {
  const place = e.origin(resource);
  const isElsewhere =
    place.module !== module || place.expr.line < at.line || place.expr.line > resources.expr.line;
  return module.language === 'terraform' && resources.expr.kind !== 'list' && isElsewhere ? resources : place;
}

function actionsOf(at: Located, e: Evaluator) {
  const names: string[] = [];
  const holes: string[] = [];
  for (const item of e.elements(at)) {
    for (const pieces of e.texts(item)) {
      const name = plain({ t: 'text', parts: pieces });
      if (name !== undefined) names.push(name);
      else if (typeof pieces[0] !== 'string' || /^s3:/i.test(pieces[0]))
        holes.push(...pieces.filter((piece) => typeof piece !== 'string').map((hole) => hole.why));
    }
  }
  const s3 = names.filter((name) => name === '*' || /^s3:/i.test(name));
  const access: Access[] = [];
  if (s3.some((name) => matches(name, 's3:GetObject'))) access.push('read');
  if (s3.some((name) => matches(name, 's3:PutObject'))) access.push('write');
  const deletes = s3.some((name) => matches(name, 's3:DeleteObject'));
  return {
    access,
    deletes,
    beside: s3.filter((name) => /^s3:(?:GetObjectVersion|Replicate(?:Object|\*))/i.test(name)),
    holes,
    about: s3.length > 0 || holes.length > 0,
    names: s3.slice(0, 3).join(', '),
  };
}

/** IAM's own matching of actions: `*` and `?`, without case. Linear in both lengths. */
function matches(pattern: string, action: string): boolean {
  const p = pattern.toLowerCase();
  const a = action.toLowerCase();
  let [i, j, star, mark] = [0, 0, -1, 0];
  while (j < a.length) {
    if (i < p.length && (p[i] === '?' || p[i] === a[j])) {
      i++;
      j++;
    } else if (p[i] === '*') {
      star = i++;
      mark = j;
    } else if (star >= 0) {
      i = star + 1;
      j = ++mark;
    } else return false;
  }
  while (p[i] === '*') i++;
  return i === p.length;
}

/** Bucket and key of a resource; `bucket` where it names no object, `other` for another service's. */
function resourceAddress(pieces: ReturnType<typeof partsOf>) {
  const [first] = pieces;
  if (typeof first !== 'string') {
    // ${bucketArn}/key: a bucket that is not known, but its keys are
    const address = parseAddress(pieces, true);
    return address && address.key.length > 0 ? address : ('unknown' as const);
  }
  if (first === '*' && pieces.length === 1) return { bucket: ['*'], key: ['*'] };
  const arn = /^arn:/.test(first) ? normalArn(pieces) : undefined;
  if (!arn) return /^arn:/.test(first) ? ('other' as const) : ('unknown' as const);
  const address = parseAddress(arn, false);
  if (!address) return 'unknown' as const;
  if (address.key.length > 0) return address;
  // 'bucket*' crosses '/' in IAM, so it takes in every object of the buckets that start so
  const last = address.bucket.at(-1);
  if (typeof last === 'string' && last.endsWith('*')) return { bucket: address.bucket, key: ['*'] };
  return address.bucket.every((piece) => typeof piece === 'string')
    ? ('bucket' as const)
    : address.bucket.length > 0
      ? ('bucket' as const)
      : ('unknown' as const);
}

/** `arn:<anything>:s3:::rest` with the partition made plain; undefined for another service. */
function normalArn(pieces: ReturnType<typeof partsOf>): ReturnType<typeof partsOf> | undefined {
  const [first, second, third] = pieces;
  if (typeof first !== 'string') return undefined;
  const whole = /^arn:[\w*-]+:s3:[^:]*:[^:]*:([\s\S]*)$/.exec(first);
  if (whole) return [`arn:aws:s3:::${whole[1]}`, ...pieces.slice(1)];
  const rest = typeof third === 'string' ? /^:s3:::([\s\S]*)$/.exec(third) : null;
  return first === 'arn:' && typeof second !== 'string' && rest
    ? [`arn:aws:s3:::${rest[1]}`, ...pieces.slice(3)]
    : undefined;
}

function wordOf(at: Located, e: Evaluator): string {
  const known = plain(e.evaluate(at)[0]);
  if (known !== undefined) return known;
  return at.expr.kind === 'member' ? at.expr.name : '';
}

/** Is the effect `Allow` in one case and `Deny` in another? */
function mayDeny(at: Located, e: Evaluator): boolean {
  const words = e.evaluate(at).map((value) => plain(value) ?? '');
  return words.some((word) => /allow$/i.test(word)) && words.some((word) => /deny$/i.test(word));
}
