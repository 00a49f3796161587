/**
 * `lib/detect/helm`: what Helm charts and custom resources of Kubernetes offer, and who gives them values.
 */

import { bytesMatch } from '../limits.ts';
import { type Detector, MAX_DOCUMENT_BYTES } from '../types.ts';

/** Reads what a chart takes, and the custom resources that come with it, as the schema. */
export const helmChart: Detector = {
  ...{
    name: 'helm',
    summary: 'the values and custom resources of a Helm chart, as the schema',
    roles: ['export'],
  },
  most: MAX_DOCUMENT_BYTES,
  reads: (path) => /\.(?:ya?ml|json)$/i.test(path),
  triggers: (bytes) => bytesMatch(bytes, /[:{]/, MAX_DOCUMENT_BYTES),
  extract: async (files) => (await import('./chart.ts')).extractChart(files),
};

/** Reads the values that charts are given, and resources of kinds that are not Kubernetes' own: one use each. */
export const helmUses: Detector = {
  ...{
    name: 'helm-uses',
    summary: 'values that Helm charts are given, and custom resources',
    roles: ['import'],
  },
  options: ['repository'],
  reads: (path) => /\.(?:ya?ml|json|gotmpl)$/i.test(path),
  triggers: (bytes) => bytesMatch(bytes, /:/),
  extract: async (files, options) => (await import('./uses.ts')).extractUses(files, options),
};
