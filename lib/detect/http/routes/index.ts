/**
 * `lib/detect/http/routes`: how each framework registers routes. This file has the only list of the readers.
 */

import type { RouteReader } from '../types.ts';
import { aiohttpRoutes } from './aiohttp.ts';
import { djangoRoutes } from './django.ts';
import { fastapiRoutes } from './fastapi.ts';
import { flaskRoutes } from './flask.ts';
import { goRoutes } from './go.ts';
import { scriptRoutes } from './javascript.ts';
import { jaxrsRoutes } from './jaxrs.ts';
import { nestRoutes } from './nest.ts';
import { nextRoutes } from './next.ts';
import { rustRoutes } from './rust.ts';
import { springRoutes } from './spring.ts';
import { springFunctions } from './spring-functions.ts';

/** The readers of routes, one for each framework. */
export const routeReaders: readonly RouteReader[] = [
  scriptRoutes,
  nestRoutes,
  nextRoutes,
  fastapiRoutes,
  flaskRoutes,
  aiohttpRoutes,
  djangoRoutes,
  goRoutes,
  springRoutes,
  springFunctions,
  jaxrsRoutes,
  rustRoutes,
];
