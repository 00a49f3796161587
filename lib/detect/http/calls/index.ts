/**
 * `lib/detect/http/calls`: how each client library makes requests. This file has the only list of the readers.
 */

import type { CallReader } from '../types.ts';
import { goCalls } from './go.ts';
import { goGenerated } from './go-generated.ts';
import { javaCalls } from './java.ts';
import { javaInterfaces } from './java-interfaces.ts';
import { scriptCalls } from './javascript.ts';
import { pythonCalls } from './python.ts';
import { restyCalls } from './resty.ts';
import { rustCalls } from './rust.ts';

/** The readers of calls, one for each client library. */
export const callReaders: readonly CallReader[] = [
  scriptCalls,
  pythonCalls,
  goCalls,
  restyCalls,
  goGenerated,
  javaCalls,
  javaInterfaces,
  rustCalls,
];
