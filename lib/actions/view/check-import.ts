import { sunsetOf } from '../../compat/deprecations.ts';
import type { ImportState } from '../../compat/imports.ts';
import { counted } from '../../count.ts';
import type { Finding } from '../../findings/types.ts';
import { kindOf } from '../../kinds/index.ts';
import type { Missing } from '../../kinds/types.ts';
import type { OwnImport } from '../../realm/exports.ts';
import type { ProofState } from '../../realm/types.ts';
import { importStateOf, type Proof, proofOf, recordedProof, stateOfProof } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import type { Workspace } from '../open/workspace.ts';
import type { CheckOptions } from './check.ts';

/** What a check found of one import, and what is known of its binding. */
export interface CheckedImport {
  findings: Finding[];
  proof: ProofState;
}

/** One import with what its findings have in common. */
interface Subject {
  own: OwnImport;
  /** `<domain>/<contract>`. */
  name: string;
  /** The binding's file. */
  at: { path?: string };
  facts: { range: string; resolved: string | null; published: string | null };
}

/** Is an import current, and does its binding go with the contract? */
export async function checkImport(
  context: Context,
  workspace: Workspace,
  own: OwnImport,
  options: CheckOptions,
): Promise<CheckedImport> {
  const state = importStateOf(own, context.now());
  const subject: Subject = {
    own,
    name: `${own.domain}/${own.contract}`,
    at: own.entry.binding === undefined ? {} : { path: own.entry.binding },
    facts: {
      range: own.entry.version,
      resolved: own.entry.resolved_version ?? null,
      published: own.published?.version ?? null,
    },
  };
  if (state.state !== 'current')
    return { findings: [stateFinding(subject, state, options)], proof: recordedProof(own) };
  const sunsets = deprecationFindings(context, subject);
  const strict = options.failOn === 'unproved';
  if (own.entry.verify === undefined)
    return { findings: [...sunsets, ...(strict ? [unproved(subject)] : [])], proof: 'unproved' };
  const proof = await proofOf(workspace, own);
  if (proof.kind === 'unproved' && workspace.heads.tip.kind !== 'none')
    return { findings: [...sunsets, unverified(subject, proof, strict)], proof: 'unproved' };
  if (proof.kind !== 'uncovered') return { findings: sunsets, proof: stateOfProof(proof) };
  const gaps = proof.missing.map((missing) => gapFinding(subject, missing));
  return { findings: [...sunsets, ...gaps], proof: 'failing' };
}

function stateFinding(
  { own, name, at, facts }: Subject,
  state: Exclude<ImportState, { state: 'current' }>,
  options: CheckOptions,
): Finding {
  if (state.state === 'broken') {
    const hint = 'change the range with git realm import, or ask the owner';
    const message = `${name} is broken: ${state.reason}`;
    return { id: `${name}:broken`, level: 'error', message, hint, ...at, data: facts };
  }
  const until = state.breaksInDays === undefined ? '' : ` (breaks in ${counted(state.breaksInDays, 'day')})`;
  return {
    id: `${name}:stale`,
    level: staleFails(own, options) ? 'error' : 'warning',
    message: `${name} is stale${until}: ${state.reason}`,
    hint: `update the binding for ${own.published?.version}, push, then git realm sync`,
    ...at,
    data: facts,
  };
}

function unproved({ own, name, at, facts }: Subject): Finding {
  const message = `${name} is unproved: no reader for how '${own.entry.binding ?? own.contract}' uses it`;
  const hint = `git realm import ${own.contract} --binding <path> --verify <reader>`;
  return { id: `${name}:unproved`, level: 'error', message, hint, ...at, data: facts };
}

function unverified(
  { own, name, at, facts }: Subject,
  proof: Extract<Proof, { kind: 'unproved' }>,
  strict: boolean,
): Finding {
  const message = `${name} cannot be verified: ${proof.why}`;
  const hint = `correct ${own.entry.binding}, push, then git realm sync`;
  const level = proof.unread || strict ? 'error' : 'warning';
  return { id: `${name}:unverified`, level, message, ...(proof.unread ? { hint } : {}), ...at, data: facts };
}

const gapFinding = ({ own, name, at, facts }: Subject, missing: Missing): Finding => ({
  id: `${name}:uncovered`,
  level: 'error',
  ...gapWords(own, name, missing),
  ...at,
  ...placeOf(missing),
  data: { ...facts, ...missing },
});

/** Where a use stands, of uses that are read one by one. */
function placeOf({ at }: Missing): Pick<Finding, 'path' | 'line'> {
  const [, path, line] = /^(.+):(\d+)$/.exec(at ?? '') ?? [];
  return path === undefined ? {} : { path, line: Number(line) };
}

/** By direction: who has to grant or hold what is new is late with it, who only uses what is offered is not. */
function staleFails({ published }: OwnImport, { failOn }: CheckOptions): boolean {
  if (failOn !== undefined) return failOn !== 'broken';
  return published === undefined || kindOf(published).direction !== 'offers';
}

function gapWords(
  { entry, published }: OwnImport,
  name: string,
  { subject, pointer, witness, why }: Missing,
): Pick<Finding, 'message' | 'hint'> {
  if (why !== undefined)
    return {
      message: `${name} ${published?.version ?? ''}: ${why}`,
      hint: `update ${entry.binding} for ${published?.version ?? name}, push, then git realm sync`,
    };
  const what = typeof subject === 'string' ? subject : JSON.stringify(subject);
  if (published !== undefined && kindOf(published).direction === 'offers')
    return {
      message: `${name} ${published.version} no longer offers what ${entry.binding} uses: ${what}`,
      hint: `update ${entry.binding} for ${published.version}, push, then git realm sync`,
    };
  const key = pointer.replace(/^\//, '');
  const example = typeof witness === 'string' ? witness : JSON.stringify(witness);
  return {
    message: `${entry.binding} does not cover ${what}${key === '' ? '' : ` (${key})`} of ${name}, for example ${example}`,
    hint: 'grant it, push, then git realm sync',
  };
}

/** Parts of an imported contract that are announced to go: a warning before the sunset, an error behind it. */
function deprecationFindings(context: Context, { own, name, at }: Subject): Finding[] {
  return (own.published?.deprecations ?? []).map((deprecation) => {
    const sunset = sunsetOf(deprecation, context.now());
    const over = sunset.state === 'past';
    const when =
      sunset.state === 'coming'
        ? ` until ${deprecation.sunset} (${counted(sunset.days, 'day')})`
        : over
          ? `: its sunset date, ${deprecation.sunset}, has passed`
          : '';
    return {
      id: `${name}:deprecated`,
      level: over ? ('error' as const) : ('warning' as const),
      message: `${name}${deprecation.pointer} is deprecated${when}${deprecation.reason === undefined ? '' : `: ${deprecation.reason}`}`,
      ...at,
      data: { ...deprecation },
    };
  });
}
