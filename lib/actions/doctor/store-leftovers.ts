import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { counted } from '../../count.ts';
import { valueInFile } from '../../git/config.ts';
import { foreignEnvironment } from '../../git/environment.ts';
import { listRefs, swapRef } from '../../git/refs.ts';
import { gitIn } from '../../git/run.ts';
import { diffTrees } from '../../git/tree.ts';
import { forgetClone, rememberedClones } from '../../store/clones.ts';
import { readIndexFile } from '../../store/index-file.ts';
import type { Store } from '../../store/store.ts';
import { FORMATS_VERSION } from '../../version.ts';
import type { Context } from '../open/context.ts';
import { lives } from './leftovers.ts';
import type { Symptom } from './types.ts';

/** The parsed index of the realm: of this version, whole, and what the tree says? */
export async function cacheFindings(store: Store): Promise<Symptom[]> {
  const file = path.join(store.directory, 'index');
  const there = await readFile(file).then(
    () => true,
    () => false,
  );
  if (!there) return [];
  const mend = {
    words: 'remove it; the next command writes it again',
    done: 'removed it',
    run: () => rm(file, { force: true }),
  };
  const index = readIndexFile(store.directory, FORMATS_VERSION);
  if (index === null) {
    const message = 'the parsed index of the realm is incomplete, or written by another version of git realm';
    return [{ id: 'cache-outdated', level: 'warning', message, path: file, mend }];
  }
  // A tree that git collected as garbage is compared with nothing: the next reader begins again.
  if ((await store.objects.read(index.tree)) === null) return [];
  const files = new Map(
    (await diffTrees(store.objects, null, index.tree)).map((change) => [change.path, change.oid]),
  );
  const right =
    files.size === index.entries.size &&
    [...index.entries.values()].every((entry) => files.get(entry.path) === entry.oid && isJson(entry.json));
  if (right) return [];
  const message = 'the parsed index of the realm differs from the realm';
  return [{ id: 'cache-wrong', level: 'error', message, path: file, mend }];
}

function isJson(bytes: Buffer): boolean {
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Refs that an exchange works on, named after its process. */
export async function scratchFindings(store: Store): Promise<Symptom[]> {
  const refs = await listRefs(store.repo, ['refs/realm/scratch/']);
  const left = refs.filter(({ name }) => !lives(Number(/\d+$/.exec(name)?.[0] ?? 0)));
  if (left.length === 0) return [];
  return [
    {
      id: 'scratch-left',
      level: 'warning',
      message: `an exchange with the realm's remote was interrupted: ${left.map(({ name }) => name).join(', ')}`,
      mend: {
        words: 'remove these refs; the next sync starts over',
        done: 'removed these refs',
        run: async () => {
          for (const { name, oid } of left) await swapRef(store.repo, name, oid, null);
        },
      },
    },
  ];
}

/** Drafts of clones of this machine that are gone; those of other machines are theirs to remove. */
export async function draftFindings(context: Context, store: Store): Promise<Symptom[]> {
  const refs = await listRefs(store.repo, ['refs/realm/drafts/']);
  if (refs.length === 0) return [];
  const findings: Symptom[] = [];
  for (const [id, gitDir] of await rememberedClones(store)) {
    const own = refs.filter(({ name }) => name.split('/')[4] === id);
    if (own.length === 0 || (await isClone(context, gitDir, id))) continue;
    findings.push({
      id: 'drafts-of-no-clone',
      level: 'warning',
      message: `${counted(own.length, 'draft')} of a clone that no longer exists: '${gitDir}'`,
      mend: {
        words: 'remove them',
        done: 'removed them',
        run: async () => {
          for (const { name, oid } of own) await swapRef(store.repo, name, oid, null);
          await forgetClone(store, id);
        },
      },
    });
  }
  return findings;
}

async function isClone(context: Context, gitDir: string, id: string): Promise<boolean> {
  const place = gitIn(undefined, foreignEnvironment(context.env));
  return (await valueInFile(place, path.join(gitDir, 'config'), 'realm.cloneId')) === id;
}
