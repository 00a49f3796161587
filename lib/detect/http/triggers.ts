import { readsLanguages } from '../syntax/languages.ts';

/** Whether a file is code in which routes and requests are read. */
export const isCode = readsLanguages('python', 'typescript', 'javascript', 'go', 'java', 'rust');

/** Words that a file with routes of some framework has: its imports, else how it registers them. */
const routeWords: readonly RegExp[] = [
  /express|fastify|@nestjs\/|hono|koa|next\/server|NextApiRequest/,
  /export\s+(?:async\s+)?(?:function\s+|const\s+|const\s*\{[^}]*|\{[^}]*)\b(?:GET|POST|PUT|PATCH|DELETE)\b|^\s+(?:GET|POST|PUT|PATCH|DELETE):/m,
  /fastapi|flask|django|aiohttp/,
  /net\/http|go-chi|gin-gonic|labstack\/echo|gorilla\/mux|gofiber|httprouter/,
  /\.(?:GET|POST|PUT|DELETE|PATCH|Group|HandleFunc|PathPrefix)\(/,
  /springframework|jakarta\.ws\.rs|javax\.ws\.rs/,
  /axum|actix_web|\brocket\b/,
];

/** Whether a file may have routes of any framework. */
export const routeTrigger = new RegExp(routeWords.map(({ source }) => source).join('|'), 'm');

/** Words that a file with calls of some HTTP client has. */
const callWords: readonly RegExp[] = [
  /\bfetch\s*\(|axios|\bky\b|\bgot\b|ofetch|openapi-fetch/,
  /import[^;\n]*Api\b|orval|from\s*['"][^'"\n]*(?:api|client|endpoints)[^'"\n]*['"]/,
  // a client that another file makes
  /\.(?:get|post|put|patch|delete|GET|POST|PUT|PATCH|DELETE)\s*(?:<[^;()]{0,200}>)?\(\s*(?:f?["'`]|[A-Z_]+\s*[+,])/,
  /\b(?:__generated__|generated|gen)\/|\.gen['"]/,
  /\b\w*(?:[aA]pi|[hH]ttp|[cC]lient)\.(?:get|post|put|patch|delete)\b|\.use(?:Query|Mutation)\(\s*['"](?:get|post|put|patch|delete)['"]/,
  /requests|httpx|aiohttp|urllib/,
  /net\/http|resty|\.R\(\)|retryablehttp|WithResponse\(|\.Execute\(\)|kiota|msgraph|oapi-codegen|\)\.(?:Get|Post|Put|Patch|Delete)\(\s*(?:ctx|context)\b/,
  /RestTemplate|WebClient|RestClient|okhttp|retrofit|feign|apache\.(?:http|hc)|java\.net\.http|WithResponse\(|\.Execute\(\)|retryablehttp/,
  /reqwest|\.send\(\)/,
  /^\s*(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+\S|"interactions"/m,
];

/** Whether a file may have calls of any client. */
export const callTrigger = new RegExp(callWords.map(({ source }) => source).join('|'), 'm');

/** Requests that are written down, for people or for tests of contracts: `.http` files and Pact's. */
export const isRequestFile = (path: string): boolean =>
  /\.(?:http|rest)$/i.test(path) || /(?:^|\/)pacts?\/[^/]*\.json$|pact[^/]*\.json$/i.test(path);
