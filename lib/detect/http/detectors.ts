/**
 * `lib/detect/http`: the HTTP routes that code answers and the requests that code makes, read from frameworks and client libraries.
 */

import { bytesMatch } from '../limits.ts';
import type { Detector } from '../types.ts';
import { callTrigger, isCode, isRequestFile, routeTrigger } from './triggers.ts';

/** Reads the HTTP routes that code answers, as an OpenAPI document. */
export const httpRoutes: Detector = {
  name: 'http-routes',
  summary: 'HTTP routes that code answers, as an OpenAPI document',
  roles: ['export'],
  reads: isCode,
  triggers: (bytes) => bytesMatch(bytes, routeTrigger),
  extract: async (files, _options, wanted) => (await import('./read.ts')).extractRoutes(files, wanted),
};

/** Reads the HTTP requests that code makes: one use each. */
export const httpCalls: Detector = {
  name: 'http-calls',
  summary: 'HTTP requests that code makes of an interface',
  roles: ['import'],
  options: ['base', 'prefix'],
  reads: (path) => isCode(path) || isRequestFile(path),
  triggers: (bytes) => bytesMatch(bytes, callTrigger),
  extract: async (files, options, wanted) => (await import('./read.ts')).extractCalls(files, options, wanted),
};
