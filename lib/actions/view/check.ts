import { driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { sunsetOf } from '../../compat/deprecations.ts';
import { counted } from '../../count.ts';
import { applySuppressions, type Suppressed } from '../../findings/suppress.ts';
import type { Finding } from '../../findings/types.ts';
import { kindOf } from '../../kinds/index.ts';
import type { Missing } from '../../kinds/types.ts';
import { type OwnImport, ownExports, ownImports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import type { ProofState } from '../../realm/types.ts';
import { REWRITE_HINT, rewriteOf, rewriteWords } from '../../store/rewrite.ts';
import type { Store } from '../../store/store.ts';
import { impactOfDrift } from '../contract/impact.ts';
import { importStateOf, proofOf, recordedProof, stateOfProof } from '../contract/resolve.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { inWorkspace, type Workspace } from '../open/workspace.ts';
import { changeFindings, compatibilityFindings, contractFindings } from './check-realm.ts';

/** What a check looks at (docs/design/commands.md). */
export const checkModes = ['exporter', 'importer', 'contract', 'compatibility'] as const;
export type CheckMode = (typeof checkModes)[number];

export interface CheckOptions {
  modes: readonly CheckMode[];
  /**
   * `broken`: a stale import is a warning. `unproved`: an import that nothing verified is an error. `warning`: warnings count
   * too. Absent: `stale`, but `broken` for what is only offered.
   */
  failOn?: 'stale' | 'broken' | 'unproved' | 'warning' | undefined;
  branch?: string | undefined;
  /** Revisions of the realm (`contract`), or versions of one contract (`compatibility`). */
  from?: string | undefined;
  to?: string | undefined;
  /** For `compatibility`. */
  contract?: string | undefined;
}

export interface CheckResult {
  realm: string;
  /** `null`: checked inside the realm itself. */
  repo: string | null;
  findings: Finding[];
  /** Accepted by `suppress` in `.blue/config.yaml`. */
  suppressed: Suppressed[];
  /** What was looked at, so that "no findings" is an answer. */
  checked: {
    exports: number;
    imports: number;
    contracts: number;
    /** Of the imports, how many a reading of the binding showed to go with their contract, and what is not known of the others. */
    proofs: Record<ProofState, number>;
  };
}

/** Does the code equal what it exports, are the imports current and covered, is the realm valid? Reads only. */
export async function checkRealm(context: Context, options: CheckOptions): Promise<CheckResult> {
  const here = options.modes.some((mode) => mode === 'exporter' || mode === 'importer');
  const result = here ? await checkRepo(context, options) : await checkTree(context, options);
  if (options.modes.includes('compatibility'))
    result.findings.push(...(await compatibilityFindings(context, options)));
  return result;
}

/** In a member repository: its exports and imports, and the realm's files where asked. */
function checkRepo(context: Context, options: CheckOptions): Promise<CheckResult> {
  return inWorkspace(
    context,
    async (workspace) => {
      const { model } = workspace.snapshot;
      const exports = options.modes.includes('exporter') ? ownExports(model, workspace.name) : [];
      const imports = options.modes.includes('importer') ? ownImports(model, workspace.name) : [];
      const level: Level = workspace.repo.worktree === null ? 'head' : 'worktree';
      const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, [level]);
      const found = all.flatMap((drift) => exportFindings(model, drift, level));
      const proofs = { proved: 0, unproved: 0, failing: 0 };
      for (const own of imports) {
        const { findings, proof } = await importFindings(context, workspace, own, options);
        found.push(...findings);
        proofs[proof]++;
      }
      const tree = options.modes.includes('contract')
        ? await contractFindings(workspace.store, workspace.snapshot, options)
        : { findings: [], contracts: 0 };
      const rules = (workspace.file.suppress ?? []).map((suppression) => ({
        ...suppression,
        reason: suppression.reason ?? '',
      }));
      const { findings, suppressed } = applySuppressions([...found, ...tree.findings], rules, context.now());
      return {
        realm: workspace.file.realm.name,
        repo: workspace.name,
        findings: [...(await rewriteFindings(workspace.store)), ...findings],
        suppressed,
        checked: { exports: exports.length, imports: imports.length, contracts: tree.contracts, proofs },
      };
    },
    options.branch,
  );
}

/** What was checked is the realm as it was: whether it still is, somebody has to say first. */
async function rewriteFindings(store: Store): Promise<Finding[]> {
  const rewrite = await rewriteOf(store);
  if (rewrite === null) return [];
  const message = rewriteWords(rewrite);
  return [{ id: 'realm-rewritten', level: 'error', message, hint: REWRITE_HINT, data: { ...rewrite } }];
}

/** From anywhere a realm is known, the realm's own CI included. */
function checkTree(context: Context, options: CheckOptions): Promise<CheckResult> {
  return inRealm(context, async ({ store, snapshot, repo }) => {
    const wanted = options.modes.includes('contract');
    const { findings, contracts } = wanted
      ? await contractFindings(store, snapshot, options)
      : { findings: [], contracts: 0 };
    const realm = snapshot.model.realm?.name ?? '';
    findings.unshift(...(await rewriteFindings(store)));
    return {
      realm,
      repo,
      findings,
      suppressed: [],
      checked: { exports: 0, imports: 0, contracts, proofs: { proved: 0, unproved: 0, failing: 0 } },
    };
  });
}

function exportFindings(model: RealmModel, exported: ExportDrift, level: Level): Finding[] {
  const name = `${exported.domain}/${exported.contract}`;
  const drift = exported.levels[level];
  if (drift?.reading.kind === 'failed') {
    const { message, hint } = drift.reading.error;
    return [
      {
        id: `${name}:unreadable`,
        level: 'error',
        message: `${name} cannot be read: ${message}`,
        ...(hint ? { hint } : {}),
      },
    ];
  }
  if (drift?.reading.kind === 'absent') {
    const message = `${name}: all its source files are missing: ${exported.missing.join(', ')}`;
    const hint = `git realm export --name ${exported.contract} --source <new path>`;
    return [{ id: `${name}:source-missing`, level: 'error', message, hint }];
  }
  if (!drifts(drift) || drift.reading.kind !== 'value') return [];
  const { verdict, version, lines, changes } = drift.judgement;
  const [change] = changes;
  const { parts } = drift.reading.extraction;
  const part = parts.find((found) => found.value === change?.subject) ?? parts[0];
  return [
    {
      id: `${name}:drift`,
      level: 'error',
      message: `${name} ${exported.file.version} does not match the code (${verdict.verdict}, would be ${version}): ${[...lines, ...impactOfDrift(model, exported, level)].join('; ')}`,
      hint: 'push, then git realm sync',
      ...(part === undefined ? {} : { path: part.path, line: part.line }),
      data: { version: exported.file.version, next: version, verdict, changes },
    },
    ...changeFindings(name, changes, {
      partOf: `${name}:drift`,
      ...(part === undefined ? {} : { path: part.path, line: part.line }),
    }),
  ];
}

async function importFindings(
  context: Context,
  workspace: Workspace,
  own: ReturnType<typeof ownImports>[number],
  options: CheckOptions,
): Promise<{ findings: Finding[]; proof: ProofState }> {
  const name = `${own.domain}/${own.contract}`;
  const state = importStateOf(own, context.now());
  const at = own.entry.binding === undefined ? {} : { path: own.entry.binding };
  const facts = {
    range: own.entry.version,
    resolved: own.entry.resolved_version ?? null,
    published: own.published?.version ?? null,
  };
  if (state.state === 'broken') {
    const hint = 'change the range with git realm import, or ask the owner';
    const message = `${name} is broken: ${state.reason}`;
    const broken: Finding = { id: `${name}:broken`, level: 'error', message, hint, ...at, data: facts };
    return { findings: [broken], proof: recordedProof(own) };
  }
  if (state.state === 'stale') {
    const until =
      state.breaksInDays === undefined ? '' : ` (breaks in ${counted(state.breaksInDays, 'day')})`;
    const stale: Finding = {
      id: `${name}:stale`,
      level: staleFails(own, options) ? 'error' : 'warning',
      message: `${name} is stale${until}: ${state.reason}`,
      hint: `update the binding for ${own.published?.version}, push, then git realm sync`,
      ...at,
      data: facts,
    };
    return { findings: [stale], proof: recordedProof(own) };
  }
  const sunsets = deprecationFindings(context, name, own, at);
  const strict = options.failOn === 'unproved';
  if (own.entry.verify === undefined) {
    if (!strict) return { findings: sunsets, proof: 'unproved' };
    const message = `${name} is unproved: no reader for how '${own.entry.binding ?? own.contract}' uses it`;
    const hint = `git realm import ${own.contract} --binding <path> --verify <reader>`;
    const unproved: Finding = { id: `${name}:unproved`, level: 'error', message, hint, ...at, data: facts };
    return { findings: [...sunsets, unproved], proof: 'unproved' };
  }
  const proof = await proofOf(workspace, own);
  if (proof.kind === 'unproved' && workspace.heads.tip.kind !== 'none') {
    const message = `${name} cannot be verified: ${proof.why}`;
    const hint = `correct ${own.entry.binding}, push, then git realm sync`;
    const level = proof.unread || strict ? ('error' as const) : ('warning' as const);
    const found = { id: `${name}:unverified`, level, message, ...(proof.unread ? { hint } : {}) };
    return { findings: [...sunsets, { ...found, ...at, data: facts }], proof: 'unproved' };
  }
  if (proof.kind !== 'uncovered') return { findings: sunsets, proof: stateOfProof(proof) };
  const gaps = proof.missing.map(
    (missing): Finding => ({
      id: `${name}:uncovered`,
      level: 'error',
      ...gapWords(own, name, missing),
      ...at,
      data: { ...facts, ...missing },
    }),
  );
  return { findings: [...sunsets, ...gaps], proof: 'failing' };
}

/** By direction: who has to grant or hold what is new is late with it, who only uses what is offered is not. */
function staleFails({ published }: OwnImport, { failOn }: CheckOptions): boolean {
  if (failOn !== undefined) return failOn !== 'broken';
  return published === undefined || kindOf(published).direction !== 'offers';
}

function gapWords(
  { entry, published }: OwnImport,
  name: string,
  { subject, pointer, witness }: Missing,
): Pick<Finding, 'message' | 'hint'> {
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
function deprecationFindings(
  context: Context,
  name: string,
  own: ReturnType<typeof ownImports>[number],
  at: { path?: string },
): Finding[] {
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
