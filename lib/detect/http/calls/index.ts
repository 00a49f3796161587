/**
 * `lib/detect/http/calls`: how each client library makes requests. This file has the only list of the readers.
 */

import type { CallReader } from '../types.ts';
import { goCalls } from './go.ts';
import { javaCalls } from './java.ts';
import { javaInterfaces } from './java-interfaces.ts';
import { scriptCalls } from './javascript.ts';
import { pythonCalls } from './python.ts';
import { restyCalls } from './resty.ts';
import { rustCalls } from './rust.ts';

/** Words that a file with calls of some HTTP client has. */
const words: readonly RegExp[] = [
  /\bfetch\s*\(|axios|\bky\b|\bgot\b|ofetch|openapi-fetch/,
  /import[^;\n]*Api\b|orval/,
  // a client that another file makes
  /\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE)\s*(?:<[^;()]{0,200}>)?\(\s*(?:f?["'`]|[A-Z_]+\s*[+,])/,
  /\b(?:__generated__|generated|gen)\/|\.gen['"]/,
  /requests|httpx|aiohttp|urllib/,
  /net\/http|resty|\.R\(\)|retryablehttp|WithResponse\(|\.Execute\(\)/,
  /RestTemplate|WebClient|RestClient|okhttp|retrofit|feign|java\.net\.http|WithResponse\(|\.Execute\(\)|retryablehttp/,
  /reqwest/,
  /^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\S|"interactions"/m,
];

/** Whether a file may have calls of any client. */
export const callTrigger = new RegExp(words.map(({ source }) => source).join('|'), 'm');

/** The readers of calls, one for each client library. */
export const callReaders: readonly CallReader[] = [
  scriptCalls,
  pythonCalls,
  goCalls,
  restyCalls,
  javaCalls,
  javaInterfaces,
  rustCalls,
];
