import { isObject, type JsonObject, type JsonValue, pointerToken } from '../../json.ts';
import { accessIn } from '../../kinds/workflow/interface.ts';
import { sortUnresolved } from '../found-paths.ts';
import { belongsTo, type Named, pinOf } from '../repository.ts';
import type { DetectorOptions, Extraction, Part, SourceFile, Unresolved } from '../types.ts';
import { type Caller, callerIn, type FoundCall, passesIn } from './caller.ts';
import { type Read, readsIn } from './expressions.ts';
import { includesIn } from './includes.ts';
import { isPipeline, mayCall } from './triggers.ts';

/** The calls in files that lead to the repository that the option names: one use each. Throws `detector-option`. */
export async function extractUses(
  files: readonly SourceFile[],
  options: DetectorOptions,
): Promise<Extraction> {
  const belongs = belongsTo('workflow-uses', options.repository);
  const parts: Part[] = [];
  const unresolved: Unresolved[] = [];
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!isPipeline(file.path) || !(files.length === 1 || mayCall(file.bytes))) continue;
    const caller = await callerIn(file);
    if ('why' in caller) {
      unresolved.push({ path: file.path, what: 'the file', gap: true, ...caller });
      continue;
    }
    const found = callsIn(caller);
    unresolved.push(...found.unresolved);
    for (const call of found.calls) {
      const answer = belongs(call.repository);
      if (answer === 'yes') parts.push(partOf(caller, call, parts.length));
      else if (answer === 'perhaps') unresolved.push(doubtful(caller, call));
    }
  }
  const value = { uses: parts.map((part) => part.value) };
  return { value, schema: {}, parts, unresolved: sortUnresolved(unresolved) };
}

const partOf = ({ path, line }: Caller, { pointer, use }: FoundCall, at: number): Part => ({
  ...{ pointer: `/uses/${at}`, value: use, path, line: line(pointer), how: 'a call' },
});

const doubtful = ({ path, line }: Caller, { pointer, use, repository }: FoundCall): Unresolved => ({
  ...{ path, line: line(pointer), what: use.subject },
  why: `whether '${repository.path}' is the provider's repository is not known: --with repository=${repository.path}`,
});

function callsIn(caller: Caller): { calls: FoundCall[]; unresolved: Unresolved[] } {
  const { document, path } = caller;
  const calls: FoundCall[] = [];
  const unresolved: Unresolved[] = [];
  const add = (found: FoundCall | string, pointer: string, what: string): void => {
    if (typeof found === 'string') unresolved.push({ path, line: caller.line(pointer), what, why: found });
    else calls.push(found);
  };
  const jobs = isObject(document.jobs) ? document.jobs : {};
  const needs = Object.keys(jobs).length > 0 ? readsIn(document, 'needs') : [];
  for (const [name, job] of Object.entries(jobs)) {
    if (!isObject(job)) continue;
    const at = `/jobs/${pointerToken(name)}`;
    if (typeof job.uses === 'string')
      add(jobCall(caller, job.uses, { name, job, at, needs }), `${at}/uses`, job.uses);
    const runner = typeof job['runs-on'] === 'string' ? job['runs-on'] : null;
    const reads = Array.isArray(job.steps) ? readsIn(job, 'steps', at) : [];
    for (const [nth, step] of stepsOf(job.steps))
      if (!step.uses.startsWith('docker://'))
        add(
          stepCall(caller, step, { at: `${at}/steps/${nth}`, reads, runner }),
          `${at}/steps/${nth}`,
          step.uses,
        );
  }
  const runs = isObject(document.runs) ? document.runs : {};
  const own = Array.isArray(runs.steps) ? readsIn(document, 'steps') : [];
  for (const [nth, step] of stepsOf(runs.steps))
    if (!step.uses.startsWith('docker://'))
      add(
        stepCall(caller, step, { at: `/runs/steps/${nth}`, reads: own, runner: null }),
        `/runs/steps/${nth}`,
        step.uses,
      );
  if (document.include !== undefined)
    for (const { found, pointer, what } of includesIn(caller)) add(found, pointer, what);
  return { calls, unresolved };
}

type Step = JsonObject & { uses: string };

const stepsOf = (steps: JsonValue | undefined): [number, Step][] =>
  (Array.isArray(steps) ? steps : []).flatMap((step, nth): [number, Step][] =>
    isObject(step) && typeof step.uses === 'string' ? [[nth, step as Step]] : [],
  );

/** `owner/name/path@ref`, or `./path`; a text says why it is neither. */
function targetOf(uses: string): { repository: Named; inside: string; ref: JsonObject } | string {
  if (uses.includes('${{')) return 'which one it calls is only known at run time';
  if (/^\.\.?\//.test(uses))
    return { repository: { path: '.' }, inside: uses.replace(/^\.\//, '').replace(/\/+$/, ''), ref: {} };
  const [, owner, name, inside = '', ref = ''] = /^([\w.-]+)\/([\w.-]+)(?:\/([^@]*))?@(.+)$/.exec(uses) ?? [];
  if (owner === undefined) return "it does not have the form 'owner/name/path@ref'";
  return { repository: { path: `${owner}/${name}` }, inside: inside.replace(/\/+$/, ''), ref: pinOf(ref) };
}

interface JobPlace {
  name: string;
  job: JsonObject;
  at: string;
  needs: readonly Read[];
}

function jobCall(caller: Caller, uses: string, { name, job, at, needs }: JobPlace): FoundCall | string {
  const target = targetOf(uses);
  if (typeof target === 'string') return target;
  const { repository, inside, ref } = target;
  const asked = job.permissions ?? caller.document.permissions;
  const grants =
    asked === undefined
      ? {}
      : { grants: Object.fromEntries(accessIn(asked).filter(([, access]) => access !== 'none')) };
  const secrets =
    job.secrets === undefined
      ? {}
      : { secrets: job.secrets === 'inherit' ? 'inherit' : namesIn(caller, job.secrets, `${at}/secrets`) };
  return {
    ...{ repository, pointer: `${at}/uses` },
    use: {
      ...{ subject: uses, paths: [inside], ...ref, passes: passesIn(caller, job.with, `${at}/with`) },
      ...{ ...secrets, ...grants, ...readsOf(caller, needs, name) },
    },
  };
}

interface StepPlace {
  at: string;
  reads: readonly Read[];
  runner: string | null;
}

function stepCall(caller: Caller, step: Step, { at, reads, runner }: StepPlace): FoundCall | string {
  const target = targetOf(step.uses);
  if (typeof target === 'string') return target;
  const { repository, inside, ref } = target;
  const folder = inside === '' ? '' : `${inside}/`;
  return {
    ...{ repository, pointer: `${at}/uses` },
    use: {
      ...{ subject: step.uses, paths: [`${folder}action.yml`, `${folder}action.yaml`], ...ref },
      passes: passesIn(caller, step.with, `${at}/with`),
      ...(typeof step.id === 'string' ? readsOf(caller, reads, step.id) : {}),
      ...(runner === null || runner.includes('${{') ? {} : { runner }),
    },
  };
}

/** Names alone: what a secret is nobody records. */
const namesIn = (caller: Caller, value: JsonValue | undefined, at: string): JsonObject[] =>
  Object.keys(isObject(value) ? value : {}).map((name) => ({
    ...{ name, is: 'unknown', line: caller.line(`${at}/${pointerToken(name)}`) },
  }));

function readsOf(caller: Caller, reads: readonly Read[], of: string): JsonObject {
  const own = reads.filter((read) => read.of === of || read.of === '*');
  const named = own.flatMap(({ name, pointer, text }) =>
    name === null ? [] : [{ name, is: 'unknown', line: caller.lineOfText(pointer, text) }],
  );
  return {
    ...(named.length > 0 ? { reads: named } : {}),
    ...(own.some(({ name }) => name === null) ? { readsAll: true } : {}),
  };
}
