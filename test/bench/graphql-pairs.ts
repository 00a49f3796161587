import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, findBreakingChanges, findDangerousChanges } from 'graphql';
import { compareDocuments } from '../../lib/compat/compare.ts';
import { type Contender, measurePairs } from './support/pairs.ts';

/** Verdicts on schemas of public GraphQL suites: ours, `@graphql-inspector/core` alone, and what `graphql` itself finds. */
export const run = (): Promise<string> => measurePairs('graphql', [ours, inspector, reference]);

const ours: Contender = {
  name: 'git realm',
  async answer(old, now) {
    const { verdict } = await compareDocuments({ kind: 'graphql', old, new: now });
    return verdict.verdict === 'equal' ? 'compatible' : verdict.verdict;
  },
};

/** What it calls dangerous counts as `unknown`. */
const inspector: Contender = {
  name: '@graphql-inspector/core',
  async answer(old, now) {
    const changes = await diff(buildSchema(old), buildSchema(now));
    const levels = new Set(changes.map(({ criticality }) => criticality.level));
    if (levels.has(CriticalityLevel.Breaking)) return 'breaking';
    return levels.has(CriticalityLevel.Dangerous) ? 'unknown' : 'compatible';
  },
};

const reference: Contender = {
  name: 'graphql',
  async answer(old, now) {
    const [before, after] = [buildSchema(old), buildSchema(now)];
    if (findBreakingChanges(before, after).length > 0) return 'breaking';
    return findDangerousChanges(before, after).length > 0 ? 'unknown' : 'compatible';
  },
};
