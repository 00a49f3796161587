import { RealmError } from '../../errors.ts';
import { paths } from '../kinds.ts';
import type { RealmModel } from '../model.ts';
import type { Judgement } from '../next-version.ts';
import type { PublishOp } from './publish.ts';

/** Throws `approval-required` where the domain lets no breaking change in without approval. */
export function mustNotNeedApproval(op: PublishOp, model: RealmModel, next: Judgement): void {
  if (!model.governance(op.domain).requireApproval) return;
  const { verdict } = next;
  const reason = 'reason' in verdict ? verdict.reason : '';
  throw new RealmError(
    'approval-required',
    `'${op.contract}' ${next.version} would break consumers of ${op.base?.version ?? 'it'}: ${reason}`,
    {
      exitCode: 1,
      hint: 'breaking changes need approval in this realm; or keep the old part next to the new part',
      data: { domain: op.domain, contract: op.contract, version: next.version, verdict: { ...verdict } },
    },
  );
}

/** The repo is not in the domain. */
export const notAMember = (op: PublishOp): RealmError =>
  new RealmError('not-a-member', `'${op.repo}' is not in domain '${op.domain}'`, {
    hint: `git realm domain add ${op.domain} --repos ${op.repo}`,
  });

/** The contract's file is there and not valid. */
export const unreadable = (op: PublishOp): RealmError =>
  new RealmError('realm-file-invalid', `'${paths.contract(op.domain, op.contract)}' is not valid`, {
    hint: 'git realm doctor',
  });

/** Only the owner publishes. */
export const notOwner = (op: PublishOp, owner: string): RealmError =>
  new RealmError('not-owner', `'${op.contract}' belongs to '${owner}': '${op.repo}' may not change it`, {
    exitCode: 1,
    hint: `ask the maintainers of ${owner}, or import it: git realm import --contract ${op.contract}`,
  });

/** The operation was made for another state of the contract. */
export const outdated = (op: PublishOp, why: string): RealmError =>
  new RealmError('publish-outdated', `'${op.contract}' changed in the meantime: ${why}`, {
    exitCode: 1,
    hint: 'git pull, then git realm sync',
  });
