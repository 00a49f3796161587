/**
 * `lib/findings`: what `check` finds, and which findings a repository has accepted.
 */

import type { Suppressed } from './suppress.ts';

export type Level = 'error' | 'warning' | 'note';

/** One thing that a check found, in the form that every output format is made from. */
export interface Finding {
  /** `<domain>/<contract>:<code>`: what suppressions name, and stable from run to run. */
  id: string;
  level: Level;
  /** The finding that this one goes into detail about: who accepts that accepts this. */
  partOf?: string;
  /** One sentence, cause first. */
  message: string;
  /** A command to type, or one thing to do. */
  hint?: string;
  /** Path from the repository's root, with `/`. */
  path?: string;
  /** 1-based. */
  line?: number;
  /** Facts for programs: versions, witness, consumers. */
  data?: Record<string, unknown>;
}

export interface RenderOptions {
  /** Of this program, for formats that name it. */
  version?: string;
  /** Findings that were accepted: shown by formats that can tell them apart. */
  suppressed?: readonly Suppressed[];
  /** What a code means, for formats that say so: the reason of a rule. */
  meaningOf?: (code: string) => string | undefined;
}

/** The last part of an id: `stale`. */
export const codeOf = (finding: Finding): string => finding.id.slice(finding.id.lastIndexOf(':') + 1);

/** The contract of an id: `s3-access/s3-permissions`; the whole id where it has no code. */
export const subjectOf = (finding: Finding): string => {
  const colon = finding.id.lastIndexOf(':');
  return colon > 0 ? finding.id.slice(0, colon) : finding.id;
};

export const levelRank = { error: 0, warning: 1, note: 2 } as const;
