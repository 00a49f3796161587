import { RealmError } from '../../errors.ts';
import { type JsonObject, type JsonValue, sameJson } from '../../json.ts';
import { contentIn, sameContent } from '../content.ts';
import type { Edit } from '../edits.ts';
import { consumersOf } from '../exports.ts';
import { paths } from '../kinds.ts';
import { nextVersion } from '../next-version.ts';
import { mustMaintain, ownerOf } from '../ownership.ts';
import { addsToSchema, mergedSchema, schemaOf } from '../schemas.ts';
import type { ContentEntry, ContractFile, DetectorEntry } from '../types.ts';
import { type Changes, changesOf } from './changes.ts';
import { contractFile, liveDomain, type NewContract, newContractOf } from './domain.ts';
import { affected, bindExport, changelog, saying, sourceEdits, why } from './publish-edits.ts';
import { mustNotNeedApproval, notAMember, notOwner, outdated, unreadable } from './publish-refusals.ts';
import type { Op, Planned, Verb, View } from './types.ts';

/** What a repo exports: a new contract, a new value of one, or a change of how its value is read. */
export interface PublishOp extends Op {
  verb: 'publish';
  domain: string;
  contract: string;
  repo: string;
  /** What the value was compared with: another publication since then makes the plan void. */
  base: { version: string; source: string | null } | null;
  /** The provider's commit the value was read from; `null` for one written by hand. */
  source: string | null;
  /** A version given by hand. */
  version?: string;
  description?: string;
  /** Pathspecs to add to the export's source files. */
  sources?: string[];
  extract?: DetectorEntry & JsonObject;
  /** Shows what the contract would become: needs nobody's approval, is not authoritative. */
  draft?: boolean;
  /** It waits for approval: a proposal. */
  proposed?: boolean;
  /** The payload's schema was written by a person and replaces the contract's. */
  schemaByHand?: boolean;
  /** For a draft: names the sources it was read from by content. */
  key?: string;
  /** What the contract is about, where it is a document that is kept as it is. */
  kind?: string;
  /** `value` and `schema`, and with `content` the files that say so; absent: only the binding changes. */
  payload?: JsonObject;
}

export const publish: Verb<PublishOp> = {
  reads: (op, model) => [
    paths.contract(op.domain, op.contract),
    model.binding(op.domain, op.repo)?.path ?? paths.binding(op.domain, op.repo),
  ],
  history: (op, model) => {
    const old = model.contract(op.domain, op.contract);
    const adds = old !== undefined && addsToSchema(old, (op.payload?.schema ?? {}) as JsonObject);
    return old?.compatibility?.transitive || adds ? paths.contract(op.domain, op.contract) : undefined;
  },
  contents: (op, model) => {
    const path = paths.contract(op.domain, op.contract);
    const old = model.file('contract', path)?.content;
    const isCompared =
      op.payload === undefined || op.version !== undefined || !sameContent(old, contentIn(op.payload));
    return isCompared ? path : undefined;
  },
  plan: (op, view) => {
    const domain = liveDomain(op.domain, view.model);
    if (op.draft !== true) mustMaintain(view.model, op.repo, op.by);
    if (!domain.members?.includes(op.repo)) throw notAMember(op);
    const old = view.model.contract(op.domain, op.contract);
    if (old === undefined && view.model.has(paths.contract(op.domain, op.contract))) throw unreadable(op);
    return old === undefined ? planFirst(op, view) : planNext(op, view, old);
  },
  restore: (op, own) => {
    const contract = own.loaded(paths.contract(op.domain, op.contract));
    if (contract === undefined) return {};
    const content = contract.content as unknown as JsonValue;
    return {
      value: contract.value ?? null,
      schema: schemaOf(contract),
      ...(content === undefined ? {} : { content }),
    };
  },
};

function planFirst(op: PublishOp, view: View): Planned {
  if (op.base !== null) throw outdated(op, 'it was removed from the realm');
  const value = op.payload?.value;
  if (value === undefined)
    throw new RealmError('no-such-contract', `no contract '${op.contract}' in domain '${op.domain}'`);
  const contract: NewContract = {
    name: op.contract,
    ...(op.kind === undefined ? {} : { kind: op.kind }),
    version: op.version ?? '1.0.0',
    ...(op.description === undefined ? {} : { description: op.description }),
    schema: (op.payload?.schema ?? {}) as JsonObject,
    value,
    ...contentOf(op),
    ...(op.source === null ? {} : { source: op.source }),
    ...(op.sources === undefined ? {} : { source_files: op.sources }),
    ...(op.extract === undefined ? {} : { extract: op.extract }),
  };
  const changes = changesOf(view);
  changes.create('contract', paths.contract(op.domain, op.contract), contractFile(contract, op.repo, op.at));
  bindExport(op, view, changes, contract);
  return changes.commit({
    subject: `${op.domain}/${op.contract}: publish ${contract.version} from ${op.repo}`,
    facts: { version: contract.version, verdict: 'new' },
    nothing: 'the contract already exists',
  });
}

/** The files that the contract will list. */
function contentOf(op: PublishOp): { content?: ContentEntry[] } {
  const content = contentIn(op.payload);
  return content === undefined || op.kind === undefined ? {} : { content };
}

async function planNext(op: PublishOp, view: View, written: ContractFile): Promise<Planned> {
  const owner = ownerOf(view.model, op.domain, op.contract);
  if (owner !== undefined && owner !== op.repo) throw notOwner(op, owner);
  const changes = changesOf(view);
  bindExport(op, view, changes, newContractOf(written));
  const file = paths.contract(op.domain, op.contract);
  const old = view.loaded(file) ?? written;
  if (op.description !== undefined && op.description !== old.description) {
    changes.edit(file, [{ op: 'set', path: ['description'], value: op.description }]);
  }
  const value = op.payload?.value;
  const given = (op.payload?.schema ?? {}) as JsonObject;
  const isInterface = value === null && Object.keys(given).length > 0;
  const schema = op.schemaByHand === true || isInterface ? given : mergedSchema(old, given);
  const content = contentIn(op.payload);
  const sameFiles = content !== undefined && sameContent(content, written.content);
  const same =
    value === undefined ||
    sameFiles ||
    (sameJson(value, old.value ?? null) && sameJson(schema, schemaOf(old)));
  const kind = op.kind ?? written.kind;
  const edits = saying(written, {
    ...contentOf(op),
    ...(kind === undefined ? {} : { kind }),
    value,
    schema,
    same,
  });
  if (same && (op.version === undefined || op.version === old.version)) {
    const hasNewFiles = content !== undefined && !sameFiles;
    return planSame(op, changes, old, hasNewFiles ? [...edits, ...sourceEdits(op)] : null);
  }
  if (op.base !== null && op.base.source !== (old.source_commit ?? null)) {
    throw outdated(op, 'another version was published first');
  }
  const now = { value: value === undefined ? (old.value ?? null) : value, schema };
  const next = await nextVersion(old, {
    ...now,
    schemaByHand: op.schemaByHand === true,
    version: op.version,
    described: op.description !== undefined && op.description !== old.description,
    history: view.history,
    rules: view.model.governance(op.domain).rules,
  });
  if (next.breaking && op.draft !== true && op.proposed !== true) mustNotNeedApproval(op, view.model, next);
  changes.edit(file, [
    { op: 'set', path: ['version'], value: next.version },
    ...edits,
    { op: 'set', path: ['changelog'], value: changelog(old, next.version, op.at, next.lines) },
    ...sourceEdits(op),
  ]);
  return changes.commit({
    subject: `${op.domain}/${op.contract}: ${old.version} → ${next.version} from ${op.repo}`,
    body:
      op.proposed === true
        ? [
            ...next.lines,
            ...why(next),
            ...(await affected(consumersOf(view.model, op.domain, op.contract), old, now, next)),
          ]
        : next.lines,
    facts: { from: old.version, version: next.version, verdict: next.verdict.verdict, changes: next.lines },
    nothing: `'${op.contract}' ${old.version} is already up to date`,
  });
}

/** The value is as it was. `refresh`: other bytes that say the same come along, unless somebody else published since. */
function planSame(
  op: PublishOp,
  changes: Changes,
  old: ContractFile,
  refresh: readonly Edit[] | null,
): Planned {
  const isNewest = op.base === null || op.base.source === (old.source_commit ?? null);
  const refreshes = refresh !== null && isNewest && op.draft !== true;
  if (refreshes) changes.edit(paths.contract(op.domain, op.contract), refresh);
  return changes.commit({
    subject: refreshes
      ? `${op.domain}/${op.contract}: ${old.version} with new files from ${op.repo}`
      : `${op.domain}/${op.contract}: ${op.repo} reads it from ${(op.sources ?? []).join(', ') || 'elsewhere'}`,
    facts: { version: old.version, verdict: 'equal' },
    nothing: `'${op.contract}' ${old.version} is already up to date`,
  });
}
