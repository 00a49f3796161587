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

/** Words that a file with routes of some framework has: its imports, else how it registers them. */
const words: readonly RegExp[] = [
  /express|fastify|@nestjs\/|hono|koa|next\/server|NextApiRequest/,
  /export\s+(?:async\s+)?(?:function\s+|const\s+|const\s*\{[^}]*|\{[^}]*)\b(?:GET|POST|PUT|PATCH|DELETE)\b|^\s+(?:GET|POST|PUT|PATCH|DELETE):/m,
  /fastapi|flask|django|aiohttp/,
  /net\/http|go-chi|gin-gonic|labstack\/echo|gorilla\/mux|gofiber|httprouter/,
  /\.(?:GET|POST|PUT|DELETE|PATCH|Group|HandleFunc|PathPrefix)\(/,
  /springframework|jakarta\.ws\.rs|javax\.ws\.rs/,
  /axum|actix_web|\brocket\b/,
];

/** Whether a file may have routes of any framework. */
export const routeTrigger = new RegExp(words.map(({ source }) => source).join('|'), 'm');

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
