import { commits } from './commits.ts';
import type { AttackGroup } from './group.ts';
import { landings } from './landing.ts';
import { notes } from './notes.ts';
import { people } from './people.ts';
import { proposals } from './proposals.ts';
import { readers } from './readers.ts';
import { refs } from './refs.ts';
import { renames } from './renames.ts';
import { trees } from './trees.ts';
import { yaml } from './yaml.ts';

/** What is pushed is not as git or the realm would have written it. */
const bytes: AttackGroup[] = [...refs, ...commits, ...trees, ...yaml];

/** What is pushed is well made, and not by whom or for what it says. */
const rights: AttackGroup[] = [...people, ...proposals, ...notes, ...renames, ...landings];

/** Attacks in many forms, tried at every door; docs/threat-model.md lists them by name. */
export const attackGroups = { bytes, rights, readers };
