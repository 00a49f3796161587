/**
 * `lib/detect/terraform`: what Terraform modules declare, and what calls them.
 */

import { bytesMatch } from '../limits.ts';
import { type Detector, MAX_DOCUMENT_BYTES } from '../types.ts';

/** Reads what a module declares, as the schema. */
export const terraformModule: Detector = {
  ...{ name: 'terraform', summary: 'what a Terraform module declares, as the schema', roles: ['export'] },
  most: MAX_DOCUMENT_BYTES,
  reads: (path) => /\.tf$/i.test(path),
  triggers: (bytes) => bytesMatch(bytes, /\b(?:variable|output|terraform)\b/, MAX_DOCUMENT_BYTES),
  extract: async (files) => (await import('./module.ts')).extractModule(files),
};

/** Reads the calls of modules: one use each. */
export const terraformCalls: Detector = {
  ...{
    name: 'terraform-calls',
    summary: 'calls of Terraform modules',
    roles: ['import'],
    options: ['repository', 'state'],
  },
  reads: (path) => /\.tf$/i.test(path),
  triggers: (bytes) => bytesMatch(bytes, /\bmodule\b|terraform_remote_state/),
  extract: async (files, options) => (await import('./calls.ts')).extractCalls(files, options),
};
