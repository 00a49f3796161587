import { RealmError } from '../../errors.ts';
import { Evaluator, type Maker } from '../evaluate/evaluator.ts';
import { sortUnresolved } from '../found-paths.ts';
import { latin1 } from '../limits.ts';
import { readModules, withoutOtherKinds } from '../modules.ts';
import type { DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import type { Wanted } from '../wanted.ts';
import { fileCalls } from './calls/files.ts';
import { callReaders } from './calls/index.ts';
import { describeRoutes } from './describe.ts';
import { joined } from './mounts.ts';
import { routeReaders } from './routes/index.ts';
import { httpThings } from './things.ts';
import { callTrigger, isCode, isRequestFile, routeTrigger } from './triggers.ts';
import type { Found, Program } from './types.ts';
import { urlTexts } from './urls.ts';
import { useOf } from './use.ts';

/** What libraries make, for the evaluator: a client with a base address, a router. */
const makers: readonly Maker[] = [urlTexts, httpThings];

/** The routes that files answer, as an OpenAPI document. */
export async function extractRoutes(files: readonly SourceFile[], wanted?: Wanted): Promise<Extraction> {
  const { program, unresolved } = await programOf(files, routeTrigger, wanted);
  const { found, unresolved: open } = await readAll(program, routeReaders);
  const all = sortUnresolved([...unresolved, ...open]);
  const { document, parts } = describeRoutes(found, all);
  return { value: null, schema: document, parts, unresolved: all };
}

/** The requests that files make: one use each. Throws `detector-option`. */
export async function extractCalls(
  files: readonly SourceFile[],
  options: DetectorOptions,
  wanted?: Wanted,
): Promise<Extraction> {
  const { base, prefix } = optionsOf(options);
  const code = files.filter(({ path }) => !isRequestFile(path));
  const { program, unresolved } = await programOf(code, callTrigger, wanted);
  const written = () => fileCalls(files.filter(({ path }) => isRequestFile(path)));
  const { found, unresolved: open } = await readAll(program, [...callReaders, written]);
  const calls = found
    .filter((call) => base === undefined || call.base === base)
    .map((call) =>
      prefix === undefined || isAddress(call.base)
        ? call
        : { ...call, template: joined(prefix, call.template) },
    );
  const parts = calls.map(
    (call, at): Part => ({
      pointer: `/uses/${at}`,
      value: useOf(call),
      path: call.path,
      line: call.line,
      how: call.how,
    }),
  );
  const value = { uses: parts.map((part) => part.value) };
  return { value, schema: {}, parts, unresolved: sortUnresolved([...unresolved, ...open]) };
}

/** A base that is an address has its whole path. */
const isAddress = (base: string | null): boolean => base !== null && !base.startsWith('${');

/** `base`: only calls with that base count; `prefix`: the path that a base ends with which is only known at run time. */
function optionsOf({ base, prefix }: DetectorOptions): { base?: string; prefix?: string } {
  for (const [name, value] of Object.entries({ base, prefix }))
    if (value !== undefined && typeof value !== 'string')
      throw new RealmError('detector-option', `option '${name}' of http-calls must be a text`, {
        exitCode: 129,
        hint: name === 'base' ? `--with base='\${API_URL}'` : '--with prefix=/v1',
      });
  return {
    ...(typeof base === 'string' ? { base } : {}),
    ...(typeof prefix === 'string' ? { prefix } : {}),
  };
}

async function programOf(
  files: readonly SourceFile[],
  trigger: RegExp,
  wanted: Wanted | undefined,
): Promise<{ program: Program; unresolved: Unresolved[] }> {
  const { modules, unresolved } = await readModules(files);
  return {
    program: { modules, e: new Evaluator(modules, makers, wanted), text: textsOf(files) },
    unresolved: withoutOtherKinds(unresolved, files, isCode, trigger),
  };
}

function textsOf(files: readonly SourceFile[]): (path: string) => string {
  const bytes = new Map(files.map((file) => [file.path, file.bytes]));
  return (path) => latin1(bytes.get(path) ?? new Uint8Array());
}

async function readAll<T extends { path: string; line: number }>(
  program: Program,
  readers: readonly ((program: Program) => Found<T> | Promise<Found<T>>)[],
): Promise<Found<T>> {
  const all: Found<T>[] = [];
  for (const read of readers) all.push(await read(program));
  const found = all
    .flatMap((reading) => reading.found)
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line));
  return { found, unresolved: all.flatMap((reading) => reading.unresolved) };
}
