import { driftOf, drifts, type ExportDrift } from '../checkout/drift.ts';
import type { Level } from '../checkout/levels.ts';
import type { Finding } from '../cli/findings.ts';
import { ownExports, ownImports } from '../realm/exports.ts';
import type { Flow } from './flow.ts';
import { proofOf, stateOf } from './resolve.ts';
import { inWorkspace, type Workspace } from './workspace.ts';

export interface CheckOptions {
  exports: boolean;
  imports: boolean;
  /** `broken`: a stale import is a warning. */
  failOn: 'stale' | 'broken';
  branch?: string | undefined;
}

export interface CheckResult {
  repo: string;
  realm: string;
  findings: Finding[];
  /** What was looked at, so that "no findings" is an answer. */
  checked: { exports: number; imports: number };
}

/** Does the code equal what it exports, and are the imports current and covered? Reads only. */
export function checkRepo(flow: Flow, options: CheckOptions): Promise<CheckResult> {
  return inWorkspace(
    flow,
    async (workspace) => {
      const exports = options.exports ? ownExports(workspace.snapshot.model, workspace.name) : [];
      const imports = options.imports ? ownImports(workspace.snapshot.model, workspace.name) : [];
      const level: Level = workspace.repo.bare ? 'head' : 'worktree';
      const all = await driftOf(workspace, workspace.levels, workspace.heads, exports, [level]);
      const findings = all.flatMap((one) => exportFindings(one, level));
      for (const own of imports) findings.push(...(await importFindings(flow, workspace, own, options)));
      return {
        repo: workspace.name,
        realm: workspace.file.realm.name,
        findings,
        checked: { exports: exports.length, imports: imports.length },
      };
    },
    options.branch,
  );
}

function exportFindings(one: ExportDrift, level: Level): Finding[] {
  const name = `${one.domain}/${one.contract}`;
  const drift = one.levels[level];
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
  if (!drifts(drift) || drift.reading.kind !== 'value') return [];
  const { verdict, version, lines, changes } = drift.judgement;
  const [change] = changes;
  const { parts } = drift.reading.extraction;
  const part = parts.find((found) => found.value === change?.subject) ?? parts[0];
  return [
    {
      id: `${name}:drift`,
      level: 'error',
      message: `${name} ${one.file.version} is not what the code says (${verdict.verdict}, would be ${version}): ${lines.join('; ')}`,
      hint: 'push, then git realm sync',
      ...(part === undefined ? {} : { path: part.path, line: part.line }),
      data: { version: one.file.version, next: version, verdict, changes },
    },
  ];
}

async function importFindings(
  flow: Flow,
  workspace: Workspace,
  own: ReturnType<typeof ownImports>[number],
  options: CheckOptions,
): Promise<Finding[]> {
  const name = `${own.domain}/${own.contract}`;
  const state = stateOf(own, flow.now());
  const at = own.entry.binding === undefined ? {} : { path: own.entry.binding };
  const facts = {
    range: own.entry.version,
    resolved: own.entry.resolved_version ?? null,
    published: own.published?.version ?? null,
  };
  if (state.state === 'broken') {
    const hint = 'change the range with git realm import, or talk to the owner';
    return [
      {
        id: `${name}:broken`,
        level: 'error',
        message: `${name} is broken: ${state.reason}`,
        hint,
        ...at,
        data: facts,
      },
    ];
  }
  if (state.state === 'stale') {
    const until = state.breaksInDays === undefined ? '' : ` (breaks in ${state.breaksInDays} days)`;
    return [
      {
        id: `${name}:stale`,
        level: options.failOn === 'broken' ? 'warning' : 'error',
        message: `${name} is stale${until}: ${state.reason}`,
        hint: 'bring the binding up to it, push, then git realm sync',
        ...at,
        data: facts,
      },
    ];
  }
  if (own.entry.verify === undefined) return [];
  const proof = await proofOf(workspace, own);
  if (proof.kind !== 'uncovered') return [];
  return proof.missing.map((one) => ({
    id: `${name}:uncovered`,
    level: 'error' as const,
    message: `${own.entry.binding} does not cover ${String(one.subject)} (${one.pointer.replace(/^\//, '')}) of ${name}, for example ${String(one.witness)}`,
    hint: 'grant it, push, then git realm sync',
    ...at,
    data: { ...facts, ...one },
  }));
}
