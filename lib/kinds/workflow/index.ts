import { documentKind } from '../document.ts';
import type { Kind } from '../types.ts';
import { isInterface } from './interface.ts';

/** Reusable workflows, actions and CI components. */
export const workflow: Kind = documentKind({
  name: 'workflow',
  summary: 'a reusable workflow or action of GitHub, or a component of GitLab CI',
  looksFor:
    "a workflow with 'on: workflow_call', an action with 'runs.using', or a GitLab file with 'spec: inputs'",
  offered: 'each',
  recognise: async (file) => (await import('./recognise.ts')).recognise(file),
  holds: ({ schema }) => isInterface(schema),
  compare: async (old, now) => {
    const { compareWorkflows } = await import('./compare.ts');
    return compareWorkflows(old.schema, now.schema);
  },
  alsoUsed: [{ name: 'workflow-uses', reader: 'workflow-uses', oneByOne: true, ofRepository: true }],
  answers: async (content, uses) => (await import('./answer.ts')).answers(content, uses),
  concerns: ({ schema }, { paths }) =>
    isInterface(schema) && Array.isArray(paths) && paths.includes(schema.path ?? null),
  affected: async (old, now, uses) => (await import('./affected.ts')).affected(old, now, uses),
});
