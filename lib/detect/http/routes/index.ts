/**
 * `lib/detect/http/routes`: how each framework registers routes. This file has the only list of the readers.
 */

import type { RouteReader } from '../types.ts';
import { goRoutes } from './go.ts';

/** Words that a file with routes of some framework has: its imports. */
export const routeTrigger =
  /express|fastify|@nestjs\/|hono|koa|next\/server|NextApiRequest|fastapi|flask|django|aiohttp|net\/http|go-chi|gin-gonic|labstack\/echo|gorilla\/mux|gofiber|httprouter|springframework|jakarta\.ws\.rs|javax\.ws\.rs|axum|actix_web|\brocket\b/;

/** The readers of routes, one for each framework. */
export const routeReaders: readonly RouteReader[] = [goRoutes];
