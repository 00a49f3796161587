import { Evaluator } from '../evaluate/evaluator.ts';
import { type Known, outwards } from '../evaluate/outwards.ts';
import { calleeName } from '../evaluate/scopes.ts';
import { skippedCalls } from '../evaluate/sites.ts';
import { pathsIn } from '../evaluate/touched.ts';
import type { Env, Located } from '../evaluate/values.ts';
import { type FoundPath, pathsExtraction, pattern } from '../found-paths.ts';
import { bytesMatch, pause } from '../limits.ts';
import { readModules, withoutOtherKinds } from '../modules.ts';
import type { Call, Expr, MapExpr, Module } from '../syntax/ir.ts';
import { codeLanguages, readsLanguages } from '../syntax/languages.ts';
import type { Detector, Extraction, SourceFile, Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { requestsInText } from './commands.ts';
import { configRequests } from './config.ts';
import { inlineModules } from './inline.ts';
import { s3Listings } from './listings.ts';
import { namedRequests, storageRequests, uploadRequests } from './named.ts';
import { unreadCalls } from './net.ts';
import { operationAccess } from './operations.ts';
import { positionalRequests } from './positional.ts';
import { processRequests } from './processes.ts';
import { boto3Requests } from './python.ts';
import { findingsOf, type Request } from './request.ts';
import { chainRequests, inputRequests, lambdaRequests, mapRequests } from './sdk.ts';
import { storeRequests, storeThings } from './stores.ts';
import { PathsRead, strayAddresses } from './stray.ts';
import { streamRequests } from './streams.ts';
import { s3Things } from './things.ts';
import { throughRequests } from './through.ts';
import { uriRequests } from './uris.ts';
import { wrapperRequests } from './wrappers.ts';

const trigger =
  /boto|s3[an]?:\/\/|arn:aws[\w-]*:s3|[gG]et_?[oO]bject|[pP]ut_?[oO]bject|upload_?[fF]ile|download_?[fF]ile|[cC]opy_?[oO]bject|[dD]elete_?[oO]bject|[hH]ead_?[oO]bject|set_contents_from|get_contents_(?:to|as)_|[sS]3_?(?:[cC]lient|[sS]tor(?:e|age)|[sS]ervice|[hH]elper|[wW]rapper|[uU]til|[rR]eader|[wW]riter)|S3FileSystem|aws_sdk_s3|client-s3|aws-sdk\/lib-storage|service\/s3|services\.s3|[lL]ist_?[oO]bjects|aws_s3_|[sS]3_?[bB]ucket|[sS]3_?[kK]ey|backend\s+"s3"|[mM]inio|object_store|AmazonS3|aws-sdk:s3|s3api|storages\.backends\.s3|S3Hook|multer-?[sS]3|S3Transfer|s3manager|[./]s3\b|sagemaker|(?:[tT]o|[fF]rom)_?[sS]3\b|\b[sS]3_?(?:[uU]pload|[dD]ownload)|["'][sS]3["'],/;

const reads = readsLanguages(...codeLanguages, 'yaml', 'json');

/** Reads which S3 paths code reads and writes: SDK calls and `s3://` addresses. */
export const s3Paths: Detector = {
  name: 's3-paths',
  summary: 'S3 paths that code reads and writes',
  roles: ['export'],
  reads,
  triggers: (bytes) => bytesMatch(bytes, trigger),
  extract: (files, _options, wanted) => extractPaths(files, wanted),
};

async function extractPaths(files: readonly SourceFile[], wanted?: Wanted): Promise<Extraction> {
  const { modules: own, unresolved: broken } = await readModules(files, wanted?.analysed);
  const unresolved = withoutOtherKinds(broken, files, reads, trigger);
  const { modules: inline, unresolved: unread } = await inlineModules(own);
  const modules = [...own, ...inline];
  unresolved.push(...unread);
  const evaluator = new Evaluator(modules, [s3Things, s3Listings, storeThings], wanted);
  const findings: FoundPath[] = [];
  const sources = new Set<string>();
  const nothing: Reading = { findings: [], unresolved: [], sources: [] };
  // What was only fetched for its names and callers is not looked through.
  const looked = wanted === undefined ? modules : modules.filter(triggeredIn(files));
  const read = async (module: Module, look: (module: Module) => Promise<Reading>): Promise<Kept> => {
    const {
      result,
      unresolved: open,
      touched,
    } = await evaluator.aboutAtLeisure(module, () => look(module), nothing);
    return { ...result, unresolved: [...result.unresolved, ...open], touched: pathsIn(touched) };
  };
  const each = async (look: (module: Module) => Promise<Reading>): Promise<void> => {
    for (const module of looked) {
      await pause();
      const found = await look(module);
      wanted?.analysed(module.path);
      findings.push(...found.findings);
      unresolved.push(...found.unresolved);
      for (const path of found.sources) sources.add(path);
    }
  };
  const keep = keeperOf(wanted);
  await each((module) => keep(module, () => read(module, (source) => moduleReading(source, evaluator))));
  // What one file calls may be the address that another one holds.
  const found = new PathsRead(findings);
  await each((module) =>
    read(module, async (source) => ({ ...strayAddresses(source, found, evaluator), sources: [] })),
  );
  unresolved.push(...skippedCalls(evaluator));
  return pathsExtraction(findings, unresolved, sources);
}

/**
 * What is read in a module, once: it is kept until a further file bears on one of those that were touched for it. One file may
 * be several modules, where there is code in a template.
 */
function keeperOf(wanted: Wanted | undefined) {
  const counts = new Map<string, number>();
  return async ({ path }: Module, read: () => Promise<Kept>): Promise<Reading> => {
    const nth = counts.get(path) ?? 0;
    counts.set(path, nth + 1);
    const kept = wanted?.kept.get(path) ?? [];
    wanted?.kept.set(path, kept);
    const found = (kept[nth] as Kept | undefined) ?? (await read());
    kept[nth] = found;
    return found;
  };
}

function triggeredIn(files: readonly SourceFile[]): (module: Module) => boolean {
  const found = new Set(files.filter(({ bytes }) => bytesMatch(bytes, trigger)).map(({ path }) => path));
  return ({ path }) => found.has(path);
}

/** A reading with all the files that were looked at for it. */
type Kept = Reading & { touched: ReadonlySet<string> };

/** What was found in one module, and the files that it was worked out from. */
interface Reading {
  findings: FoundPath[];
  unresolved: Unresolved[];
  sources: string[];
}

/** What calls and literals of one module ask of S3; each call by the first reading that fits it. */
async function moduleReading(module: Module, e: Evaluator): Promise<Reading> {
  const unresolved: Unresolved[] = [];
  const sources: string[] = [];
  const inner = new Set<Expr>();
  for (const call of module.calls) if (call.callee.kind === 'member') inner.add(call.callee.object);
  const readers = readersFor(module, inner);
  const found: FoundPath[] = [];
  const claimed = new Set<Expr>();
  const keep = (requests: readonly Request[]): void => {
    const findings = requests.flatMap((request) => findingsOf(request, e));
    found.push(...findings);
    if (findings.length > 0) sources.push(...e.touched);
  };
  const inEachWay = (place: Call | MapExpr, read: (env: Env | undefined) => Request[]): void => {
    const inWays = (ways: readonly (Env | undefined)[]): void => {
      for (const env of ways) {
        const requests = read(env);
        if (requests.length === 0) break;
        claimed.add(place);
        keep(requests);
      }
    };
    inWays(e.contexts(place.block));
    if (!e.isExhausted || e.spent || claimed.has(place)) return;
    // Called in more ways than can be followed: only as far as it takes to know something.
    e.startPlace(place.line);
    const known = (env: Env | undefined): Known => {
      const findings = read(env).flatMap((request) => findingsOf(request, e));
      return findings.some(({ key }) => !/^[*/.]*$/.test(pattern(key))) ? 'all' : 'nothing';
    };
    inWays(outwards(place.block, e, known).envs);
  };
  for (const call of module.calls) {
    if (e.spent) break;
    await e.rest();
    e.startPlace(call.line);
    // Most calls are nobody's: who calls the code around them need not be known.
    const isOne = () => readers.some((read) => read(call, module, undefined, e).length > 0);
    // A file system that another file makes is known only by that file, and so is a request that is handed in.
    const isOpen = module.language === 'python' || takesRequest(call);
    if (!(isOpen ? isOne() : e.glancing(isOne))) continue;
    inEachWay(call, (env) => {
      for (const read of readers) {
        const requests = read(call, module, env, e);
        if (requests.length > 0) return requests;
      }
      return [];
    });
  }
  const configuration = /^(?:terraform|yaml|json)$/.test(module.language);
  // scripts in configuration: the steps of a workflow
  for (const expr of configuration ? module.texts : []) {
    e.startPlace(expr.line);
    const at: Located = { expr, env: undefined, module };
    for (const pieces of e.texts(at)) if (pieces.length > 0) keep(requestsInText(pieces, at, e));
  }
  for (const map of module.maps) {
    await e.rest();
    e.startPlace(map.line);
    if (configuration) {
      const { requests, open } = configRequests(map, module, e);
      keep(requests);
      unresolved.push(...open);
      continue;
    }
    if (map.type === undefined || inputRequests(map, module, undefined, e).length === 0) continue;
    inEachWay(map, (env) => inputRequests(map, module, env, e));
  }
  keep(storageRequests(module));
  unresolved.push(...unreadCalls(module, claimed, e));
  return { findings: found, unresolved, sources: [...new Set(sources)] };
}

/** `new GetObjectCommand(request)`: the request was made before. */
const takesRequest = (call: Call): boolean =>
  /Command$/.test(calleeName(call)) &&
  operationAccess(calleeName(call)) !== undefined &&
  /^(?:name|member)$/.test(call.args[0]?.value.kind ?? '');

/** One way to read a call: what it asks of S3, nothing for any other call. */
type Reader = (call: Call, module: Module, env: Env | undefined, e: Evaluator) => Request[];

function readersFor(module: Module, inner: ReadonlySet<Expr>): Reader[] {
  const chains: Reader = (call, ...rest) => (inner.has(call) ? [] : chainRequests(call, ...rest));
  switch (module.language) {
    case 'python':
      return [
        boto3Requests,
        storeRequests,
        namedRequests,
        positionalRequests,
        throughRequests,
        wrapperRequests,
        uriRequests,
      ];
    case 'typescript':
    case 'javascript':
      return [mapRequests, uploadRequests, positionalRequests, throughRequests, wrapperRequests, uriRequests];
    case 'java':
      return [chains, lambdaRequests, positionalRequests, wrapperRequests, uriRequests];
    case 'rust':
      return [storeRequests, streamRequests, chains, processRequests, uriRequests];
    case 'go':
      return [storeRequests, positionalRequests, wrapperRequests, uriRequests];
    default:
      return [uriRequests];
  }
}
