/**
 * `lib/detect/workflow`: what workflows, actions and CI components declare, and what calls them.
 */

import type { Detector } from '../types.ts';
import { isPipeline, mayCall } from './triggers.ts';

/** Reads the calls of reusable workflows, actions and components: one use each. */
export const workflowUses: Detector = {
  name: 'workflow-uses',
  summary: 'calls of reusable workflows, actions and CI components',
  roles: ['import'],
  options: ['repository'],
  reads: isPipeline,
  triggers: mayCall,
  extract: async (files, options) => (await import('./uses.ts')).extractUses(files, options),
};
