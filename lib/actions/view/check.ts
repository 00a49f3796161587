import { driftOf, drifts, type ExportDrift } from '../../checkout/drift.ts';
import type { Level } from '../../checkout/levels.ts';
import { impactWords } from '../../compat/usage.ts';
import { applySuppressions, type Suppressed } from '../../findings/suppress.ts';
import type { Finding } from '../../findings/types.ts';
import { consumersOf, ownExports, ownImports } from '../../realm/exports.ts';
import type { RealmModel } from '../../realm/model.ts';
import type { ProofState } from '../../realm/types.ts';
import { REWRITE_HINT, rewriteOf, rewriteWords } from '../../store/rewrite.ts';
import type { Store } from '../../store/store.ts';
import { impactOfDrift } from '../contract/impact.ts';
import type { Context } from '../open/context.ts';
import { inRealm } from '../open/in-realm.ts';
import { inWorkspace } from '../open/workspace.ts';
import { checkImport } from './check-import.ts';
import { changeFindings, compatibilityFindings, contractFindings } from './check-realm.ts';
import { routeFindings } from './check-routes.ts';

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
  /** Its name; `null`: the realm does not say one that can be read. */
  realm: string | null;
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
      const level = workspace.repo.worktree === null ? 'head' : 'worktree';
      const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, [level]);
      const found = (await Promise.all(all.map((drift) => exportFindings(model, drift, level)))).flat();
      for (const drift of all) found.push(...(await routeFindings(workspace, drift, level)));
      const proofs = { proved: 0, unproved: 0, failing: 0 };
      for (const own of imports) {
        const { findings, proof } = await checkImport(context, workspace, own, options);
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
    const realm = snapshot.model.realm?.name ?? null;
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

async function exportFindings(model: RealmModel, exported: ExportDrift, level: Level): Promise<Finding[]> {
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
  const impact = await impactOfDrift(model, exported, level);
  const consumers = consumersOf(model, exported.domain, exported.contract).map(({ repo }) => repo);
  return [
    {
      id: `${name}:drift`,
      level: 'error',
      message: `${name} ${exported.file.version} does not match the code (${verdict.verdict}, would be ${version}): ${[...lines, ...impactWords(impact)].join('; ')}`,
      hint: 'push, then git realm sync',
      ...(part === undefined ? {} : { path: part.path, line: part.line }),
      data: { version: exported.file.version, next: version, verdict, changes, impact, consumers },
    },
    ...changeFindings(name, changes, {
      partOf: `${name}:drift`,
      ...(part === undefined ? {} : { path: part.path, line: part.line }),
    }),
  ];
}
