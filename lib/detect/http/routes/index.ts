/**
 * `lib/detect/http/routes`: how each framework registers routes. This file has the only list of the readers.
 */

import type { RouteReader } from '../types.ts';
import { goRoutes } from './go.ts';
import { jaxrsRoutes } from './jaxrs.ts';
import { springRoutes } from './spring.ts';
import { springFunctions } from './spring-functions.ts';

/** Words that a file with routes of some framework has: its imports. */
export const routeTrigger =
  /express|fastify|@nestjs\/|hono|koa|next\/server|NextApiRequest|fastapi|flask|django|aiohttp|net\/http|go-chi|gin-gonic|labstack\/echo|gorilla\/mux|gofiber|httprouter|springframework|jakarta\.ws\.rs|javax\.ws\.rs|axum|actix_web|\brocket\b|\.(?:GET|POST|PUT|DELETE|PATCH|Group|HandleFunc|PathPrefix)\(/;

/** The readers of routes, one for each framework. */
export const routeReaders: readonly RouteReader[] = [goRoutes, springRoutes, springFunctions, jaxrsRoutes];
