import { RealmError } from '../../errors.ts';
import { changeCommit, changeDrop, changeOpen, changePulls, changeStatus } from './change-set.ts';
import { writeCodeowners } from './codeowners.ts';
import { domainAdd, domainArchive, domainCreate, domainRemove } from './domain.ts';
import { effect } from './effect.ts';
import { evict } from './evict.ts';
import { follow } from './follow.ts';
import { forgeDrop, forgeIssue, forgePull } from './forge.ts';
import { importContract, record } from './import.ts';
import { init } from './init.ts';
import { invite } from './invite.ts';
import { land } from './land.ts';
import { leave } from './leave.ts';
import { publish } from './publish.ts';
import { register } from './register.ts';
import { renameRepo } from './rename.ts';
import { renameContract } from './rename-contract.ts';
import { dropDomain, removeContract, removeImport, retireContract } from './retire.ts';
import { acceptContract, offerContract } from './transfer.ts';
import { trustAllow, trustLogin, trustRequire, trustRevoke } from './trust.ts';
import type { Op, Verb } from './types.ts';
import { unland } from './unland.ts';

const verbs: Record<string, Verb<never>> = {
  init,
  register,
  leave,
  'domain-create': domainCreate,
  'domain-add': domainAdd,
  'domain-remove': domainRemove,
  'domain-archive': domainArchive,
  publish,
  land,
  unland,
  effect,
  'contract-offer': offerContract,
  'contract-accept': acceptContract,
  'contract-retire': retireContract,
  'contract-remove': removeContract,
  'import-remove': removeImport,
  'domain-drop': dropDomain,
  codeowners: writeCodeowners,
  'repo-rename': renameRepo,
  'contract-rename': renameContract,
  follow,
  invite,
  evict,
  'trust-allow': trustAllow,
  'trust-revoke': trustRevoke,
  'trust-require': trustRequire,
  'trust-login': trustLogin,
  import: importContract,
  record,
  'change-open': changeOpen,
  'change-commit': changeCommit,
  'change-pulls': changePulls,
  'change-status': changeStatus,
  'change-drop': changeDrop,
  'forge-pull': forgePull,
  'forge-issue': forgeIssue,
  'forge-drop': forgeDrop,
};

/** The verb of an operation. Throws `unknown-op` for one that a newer version wrote. */
export function verbOf(op: Op): Verb {
  const verb = Object.hasOwn(verbs, op.verb) ? verbs[op.verb] : undefined;
  if (verb === undefined) {
    throw new RealmError('unknown-op', `this version does not support the realm operation '${op.verb}'`, {
      hint: 'install a newer git-realm',
    });
  }
  return verb as unknown as Verb;
}
