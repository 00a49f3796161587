import { RealmError } from '../../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { mustNotCloseCycle } from '../cycles.ts';
import type { Edit } from '../edits.ts';
import { paths } from '../kinds.ts';
import { mustMaintain } from '../ownership.ts';
import type { DetectorEntry, ImportEntry, ProofState } from '../types.ts';
import { changesOf, required } from './changes.ts';
import { liveDomain } from './domain.ts';
import type { Op, Verb } from './types.ts';

/** What a consumer recorded about an import: how it stands and how that was proved. */
export interface Resolution {
  status: string;
  proof?: ProofState;
  resolved_version?: string;
  resolved_commit?: string;
  resolved_at?: string;
  covers?: JsonObject;
  uses?: JsonObject[];
  unread?: JsonObject[];
}

export interface ImportOp extends Op {
  verb: 'import';
  domain: string;
  contract: string;
  repo: string;
  range: string;
  binding?: string;
  verify?: DetectorEntry & JsonObject;
}

/** A repo declares that it relies on a contract; only its own maintainers do. */
export const importContract: Verb<ImportOp> = {
  reads: (op, model) => [model.binding(op.domain, op.repo)?.path ?? paths.binding(op.domain, op.repo)],
  plan: (op, view) => {
    const domain = liveDomain(op.domain, view.model);
    if (!domain.members?.includes(op.repo)) {
      throw new RealmError('not-a-member', `'${op.repo}' is not in domain '${op.domain}'`, {
        hint: `git realm domain add ${op.domain} --repos ${op.repo}`,
      });
    }
    mustMaintain(view.model, op.repo, op.by);
    mustNotCloseCycle(view.model, op.repo, op.domain, op.contract);
    const entry: ImportEntry = {
      contract: op.contract,
      version: op.range,
      ...(op.binding === undefined ? {} : { binding: op.binding }),
      ...(op.verify === undefined ? {} : { verify: op.verify }),
      ...((op.payload ?? {}) as object),
    };
    const changes = changesOf(view);
    const binding = view.model.binding(op.domain, op.repo);
    if (binding === undefined) {
      changes.create('binding', paths.binding(op.domain, op.repo), {
        repo: op.repo,
        role: 'consumer',
        imports: [entry],
      });
    } else {
      const at = binding.file.imports?.findIndex((imported) => imported.contract === op.contract) ?? -1;
      const found = binding.file.imports?.[at];
      const value = entry as unknown as JsonObject;
      if (found !== undefined) changes.edit(binding.path, difference(found, value, ['imports', at]));
      else {
        changes.edit(binding.path, [
          binding.file.imports?.length
            ? { op: 'append', path: ['imports'], value }
            : { op: 'set', path: ['imports'], value: [value] },
          ...(binding.file.role === 'provider'
            ? [{ op: 'set' as const, path: ['role'], value: 'both' }]
            : []),
        ]);
      }
    }
    return changes.commit({
      subject: `${op.domain}/${op.contract}: ${op.repo} imports ${op.range}`,
      nothing: `'${op.repo}' already imports '${op.contract}' ${op.range}`,
    });
  },
  restore: (op, own) => resolutionIn(own.model.binding(op.domain, op.repo)?.file.imports, op.contract),
};

export interface RecordOp extends Op {
  verb: 'record';
  domain: string;
  contract: string;
  repo: string;
  /** How the import stands, for the subject. */
  status: string;
  version: string | null;
}

/** The consumer records how its import stands: resolved with its evidence, or stale. */
export const record: Verb<RecordOp> = {
  reads: (op, model) => [model.binding(op.domain, op.repo)?.path ?? ''].filter(Boolean),
  plan: (op, view) => {
    mustMaintain(view.model, op.repo, op.by);
    const binding = view.model.binding(op.domain, op.repo);
    const at = binding?.file.imports?.findIndex((entry) => entry.contract === op.contract) ?? -1;
    const found = required(
      binding?.file.imports?.[at],
      'no-such-import',
      `'${op.repo}' does not import '${op.contract}' from '${op.domain}'`,
      `git realm import --domain ${op.domain} --contract ${op.contract} --version '>=1.0.0'`,
    );
    const changes = changesOf(view);
    changes.edit(binding?.path ?? '', difference(found, op.payload ?? {}, ['imports', at]));
    const now = op.version === null ? op.status : `${op.status} at ${op.version}`;
    return changes.commit({
      subject: `${op.domain}/${op.contract}: ${op.repo} is ${now}`,
      facts: { status: op.status, version: op.version },
      nothing: `'${op.repo}' is already up to date`,
    });
  },
  restore: (op, own) => resolutionIn(own.model.binding(op.domain, op.repo)?.file.imports, op.contract),
};

/** Set what differs; a `resolved_at` alone is not a difference. */
function difference(found: ImportEntry, wanted: JsonObject, path: (string | number)[]): Edit[] {
  const edits = Object.entries(wanted).flatMap(([key, value]): Edit[] => {
    const now = found[key as keyof ImportEntry] as JsonValue | undefined;
    return now !== undefined && sameJson(now, value) ? [] : [{ op: 'set', path: [...path, key], value }];
  });
  return edits.every((edit) => edit.path.at(-1) === 'resolved_at') ? [] : edits;
}

function resolutionIn(imports: ImportEntry[] | undefined, contract: string): JsonObject {
  const entry = imports?.find((imported) => imported.contract === contract);
  const kept: JsonObject = {};
  for (const key of [
    'covers',
    'uses',
    'unread',
    'status',
    'proof',
    'resolved_version',
    'resolved_commit',
    'resolved_at',
  ] as const) {
    const value = entry?.[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept;
}
