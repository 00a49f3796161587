import { Evaluator } from '../evaluate/evaluator.ts';
import { calleeName } from '../evaluate/scopes.ts';
import type { Env, Located } from '../evaluate/values.ts';
import { type Finding, pathsExtraction, pattern } from '../findings.ts';
import { bytesMatch } from '../limits.ts';
import { readModules } from '../modules.ts';
import type { Call, Expr, Module, Scope } from '../syntax/ir.ts';
import { languageOf } from '../syntax/languages.ts';
import type { Detector, Extraction, SourceFile, Unresolved } from '../types.ts';
import { requestsInText } from './commands.ts';
import { configRequests } from './config.ts';
import { namedRequests, storageRequests, uploadRequests } from './named.ts';
import { unreadCalls } from './net.ts';
import type { Access } from './operations.ts';
import { positionalRequests } from './positional.ts';
import { boto3Requests } from './python.ts';
import { findingsOf, parseAddress, type Request } from './request.ts';
import { chainRequests, inputRequests, lambdaRequests, mapRequests } from './sdk.ts';
import { storeRequests, storeThings } from './stores.ts';
import { s3Things } from './things.ts';
import { accessAround, accessFromName, isLog, uriRequests } from './uris.ts';

const trigger =
  /boto|s3[an]?:\/\/|arn:aws[\w-]*:s3|[gG]et_?[oO]bject|[pP]ut_?[oO]bject|upload_?[fF]ile|download_?[fF]ile|[sS]3Client|S3FileSystem|aws_sdk_s3|client-s3|service\/s3|services\.s3|[lL]ist_?[oO]bjects|aws_s3_|[sS]3_?[bB]ucket|[sS]3_?[kK]ey|backend\s+"s3"|[mM]inio|object_store|AmazonS3|aws-sdk:s3|s3api|storages\.backends\.s3|S3Hook|multer-?[sS]3|S3Transfer|s3manager/;

const languages = new Set<string>([
  'python',
  'typescript',
  'javascript',
  'go',
  'java',
  'rust',
  'terraform',
  'yaml',
  'json',
]);

/** Reads which S3 paths code reads and writes: SDK calls and `s3://` addresses. */
export const s3Paths: Detector = {
  name: 's3-paths',
  summary: 'S3 paths that code reads and writes',
  roles: ['export'],
  reads: (path) => languages.has(languageOf(path) ?? ''),
  triggers: (bytes) => bytesMatch(bytes, trigger),
  extract: (files) => extractPaths(files),
};

async function extractPaths(files: readonly SourceFile[]): Promise<Extraction> {
  const { modules, unresolved } = await readModules(files);
  const evaluator = new Evaluator(modules, [s3Things, storeThings]);
  const findings: Finding[] = [];
  const sources = new Set<string>();
  for (const module of modules) {
    evaluator.startModule();
    const own = moduleFindings(module, evaluator, unresolved, sources);
    findings.push(...own);
    unresolved.push(...strayAddresses(module, own, evaluator, findings));
    unresolved.push(...evaluator.givenUp(module));
  }
  return pathsExtraction(findings, unresolved, sources);
}

/** What calls and literals of one module ask of S3; each call by the first reading that fits it. */
function moduleFindings(
  module: Module,
  e: Evaluator,
  unresolved: Unresolved[],
  sources: Set<string>,
): Finding[] {
  const inner = new Set<Expr>();
  for (const call of module.calls) if (call.callee.kind === 'member') inner.add(call.callee.object);
  const readings = readingsFor(module, inner);
  const found: Finding[] = [];
  const claimed = new Set<Expr>();
  const keep = (requests: readonly Request[]): void => {
    const findings = requests.flatMap((request) => findingsOf(request, e));
    found.push(...findings);
    if (findings.length > 0) for (const path of e.touched) sources.add(path);
  };
  for (const call of module.calls) {
    e.startPlace();
    for (const env of e.contexts(call.block)) {
      let requests: Request[] = [];
      for (const read of readings) {
        requests = read(call, module, env, e);
        if (requests.length > 0) break;
      }
      if (requests.length === 0) break;
      claimed.add(call);
      keep(requests);
    }
  }
  const configuration = /^(?:terraform|yaml|json)$/.test(module.language);
  // scripts in configuration: the steps of a workflow
  for (const expr of configuration ? module.texts : []) {
    e.startPlace();
    const at: Located = { expr, env: undefined, module };
    for (const pieces of e.texts(at)) if (pieces.length > 0) keep(requestsInText(pieces, at, e));
  }
  for (const map of module.maps) {
    e.startPlace();
    if (configuration) {
      const { requests, open } = configRequests(map, module, e);
      keep(requests);
      unresolved.push(...open);
      continue;
    }
    if (map.type === undefined) continue;
    for (const env of e.contexts(map.block)) {
      const requests = inputRequests(map, module, env, e);
      if (requests.length === 0) break;
      claimed.add(map);
      keep(requests);
    }
  }
  keep(storageRequests(module));
  unresolved.push(...unreadCalls(module, claimed, e));
  return found;
}

type Reading = (call: Call, module: Module, env: Env | undefined, e: Evaluator) => Request[];

function readingsFor(module: Module, inner: ReadonlySet<Expr>): Reading[] {
  const chains: Reading = (call, ...rest) => (inner.has(call) ? [] : chainRequests(call, ...rest));
  switch (module.language) {
    case 'python':
      return [boto3Requests, storeRequests, namedRequests, positionalRequests, uriRequests];
    case 'typescript':
    case 'javascript':
      return [mapRequests, uploadRequests, positionalRequests, uriRequests];
    case 'java':
      return [chains, lambdaRequests, positionalRequests, uriRequests];
    case 'rust':
      return [storeRequests, chains, uriRequests];
    case 'go':
      return [storeRequests, positionalRequests, uriRequests];
    default:
      return [uriRequests];
  }
}

/**
 * Addresses that no recognised call takes. A name such as `OUTPUT_URI` says which way they are used; otherwise they
 * are unresolved.
 */
function strayAddresses(module: Module, own: readonly Finding[], e: Evaluator, all: Finding[]): Unresolved[] {
  const spoken = new Set<Expr>();
  for (const call of module.calls) if (isLog(call)) for (const arg of call.args) collect(arg.value, spoken);
  const given = new Set(module.calls.flatMap((call) => call.args.map((arg) => arg.value)));
  const open: Unresolved[] = [];
  const names = namesOf(module);
  const sides = sidesOf(module);
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
      if (!address) continue;
      // the text up to its first placeholder, for a format string is not what is read
      const whole = `${pattern(address.bucket)}/${pattern(address.key)}`;
      const prefix = /^[^{%$<]*/.exec(whole)?.[0] ?? whole;
      const isSame = (finding: Finding): boolean => {
        const read = `${pattern(finding.bucket)}/${pattern(finding.key)}`;
        if (prefix !== whole) return read.startsWith(prefix);
        // itself, or what others are joined to
        return (
          read === whole ||
          (read.startsWith(whole) && /^[/*]/.test(read.slice(whole.replace(/\/$/, '').length)))
        );
      };
      if (own.some(isSame)) continue;
      // a bucket alone is the root of other paths, unless it is handed to something that is not known
      if (address.key.length === 0 && !(given.has(expr) && !usesBucket(own, address.bucket))) continue;
      const name = found?.[1] ?? names.get(expr) ?? '';
      const access = accessFromName(name) ?? sides.get(expr);
      const what = `s3://${pattern(address.bucket)}/${pattern(address.key)}`;
      if (access)
        all.push({
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
  return open;
}

/** Whether a path in this bucket was found; an address may have options behind its bucket. */
function usesBucket(own: readonly Finding[], bucket: Finding['bucket']): boolean {
  const name = pattern(bucket).replace(/\?.*$/, '');
  return own.some((finding) => pattern(finding.bucket) === name);
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
        for (const one of value.kind === 'list' ? value.items : [value]) sides.set(one, access);
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
