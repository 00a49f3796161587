/**
 * `lib/detect/http/calls`: how each client library makes requests. This file has the only list of the readers.
 */

import type { CallReader } from '../types.ts';

/** Words that a file with calls of some HTTP client has. */
export const callTrigger =
  /\bfetch\s*\(|axios|\bky\b|\bgot\b|openapi-fetch|requests|httpx|aiohttp|urllib|net\/http|resty|RestTemplate|WebClient|RestClient|okhttp|retrofit|feign|reqwest|java\.net\.http/;

/** The readers of calls, one for each client library. */
export const callReaders: readonly CallReader[] = [];
