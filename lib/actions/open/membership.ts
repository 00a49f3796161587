import { rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_PATH, mustBeNoLink } from '../../checkout/member.ts';
import { replaceFile } from '../../checkout/user-index.ts';
import type { Repository } from '../../git/repository.ts';
import { type JsonValue, sameJson } from '../../json.ts';
import { readPlainFile } from '../../plain-file.ts';
import { type Edit, editText } from '../../realm/edits.ts';
import { createFile } from '../../realm/emit.ts';
import type { RealmModel } from '../../realm/model.ts';
import { parseFile } from '../../realm/parse.ts';
import type { ConfigDomain, ConfigFile } from '../../realm/types.ts';
import { readSnapshot } from '../../store/snapshot.ts';
import type { Store } from '../../store/store.ts';

export interface Membership {
  store: Store;
  repo: string;
  /** Where the realm is; absent: as the file has it. */
  realm?: ConfigFile['realm'];
  /** Exports that `join` found and that wait for a domain; absent: as the file has it. */
  detected?: JsonValue[];
  /** This process wrote the file just now: nobody's words are in it, and it is written as a whole. */
  fresh?: boolean;
}

/**
 * Bring `.blue/config.yaml` up to what the realm says of this repo, only where it differs, keeping what a person wrote
 * into it. Returns whether it was written.
 */
export async function writeMembership(repo: Repository, membership: Membership): Promise<boolean> {
  if (repo.worktree === null) return false;
  mustBeNoLink(repo.worktree);
  const file = path.join(repo.worktree, CONFIG_PATH);
  const { model } = await readSnapshot(membership.store);
  const domains = domainsOf(model, membership.repo);
  const text = membership.fresh ? null : readPlainFile(file);
  const parsed = text === null ? null : parseFile('config', CONFIG_PATH, text);
  if (text === null || parsed === null || !parsed.ok) {
    if (membership.realm === undefined) return false;
    const detected = membership.detected ?? [];
    const fresh: ConfigFile = {
      realm: membership.realm,
      repo: membership.repo,
      domains,
      detected_exports: detected,
    };
    await replaceFile(file, createFile('config', fresh));
    return true;
  }
  const edits: Edit[] = [];
  const set = (key: keyof ConfigFile, wanted: unknown) => {
    const value = wanted as JsonValue;
    if (!sameJson(value, (parsed.value[key] ?? null) as JsonValue))
      edits.push({ op: 'set', path: [key], value });
  };
  set('repo', membership.repo);
  // A colleague's clone knows the realm by another path: the first one written stays, unless it is now a URL.
  if (membership.realm?.url !== undefined) set('realm', membership.realm);
  if (domains.length > 0 || parsed.value.domains !== undefined) set('domains', domains);
  if (
    membership.detected !== undefined &&
    (membership.detected.length > 0 || parsed.value.detected_exports)
  ) {
    set('detected_exports', membership.detected);
  }
  if (edits.length === 0) return false;
  await replaceFile(file, editText('config', CONFIG_PATH, text, edits));
  return true;
}

/** The file of a repo that could not join, and its folder where nothing else is in it. */
export async function removeMembership({ worktree }: Repository): Promise<void> {
  if (worktree === null) return;
  const file = path.join(worktree, CONFIG_PATH);
  await rm(file, { force: true });
  await rmdir(path.dirname(file)).catch(() => {});
}

/** The domains a repo is in, with its role and the contracts it exports or imports there. */
export function domainsOf(model: RealmModel, repo: string): ConfigDomain[] {
  return model.domainNames().flatMap((name) => {
    const binding = model.binding(name, repo)?.file;
    if (binding === undefined && !model.domain(name)?.members?.includes(repo)) return [];
    const used = [...(binding?.exports ?? []), ...(binding?.imports ?? [])].map((entry) => entry.contract);
    return [{ name, role: binding?.role ?? 'consumer', contracts: [...new Set(used)] }];
  });
}
