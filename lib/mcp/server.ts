import path from 'node:path';
import { RealmError } from '../errors.ts';
import type { Flow } from '../flow/flow.ts';
import { holdSession } from '../flow/sessions.ts';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import type { SessionMessage } from '../session/message.ts';
import { VERSION } from '../version.ts';
import { Arguments, type Tool, theTool, tools } from './tools.ts';

/**
 * Serve the tools over standard input and output until the client goes or `signal`. It is a session of the repository it
 * runs in: what others change there reaches the client as a `notifications/message`.
 */
export async function serveAgent(flow: Flow, signal: AbortSignal): Promise<void> {
  const { Server } = await import('@modelcontextprotocol/sdk/server/index.js');
  const { StdioServerTransport } = await import('@modelcontextprotocol/sdk/server/stdio.js');
  const { CallToolRequestSchema, ListToolsRequestSchema } = await import(
    '@modelcontextprotocol/sdk/types.js'
  );
  const problemsOf = await checker();
  const server = new Server(
    { name: 'git-realm', version: VERSION },
    {
      capabilities: { tools: {}, logging: {} },
      instructions:
        'Contracts between repositories. Begin with realm_status. Whatever others would notice is only planned, until you call it with "apply": true.',
    },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(described) }) as never);
  server.setRequestHandler(
    CallToolRequestSchema,
    async ({ params }) => (await call(params.name, (params.arguments ?? {}) as JsonObject)) as never,
  );

  const ending = new AbortController();
  const end = (): void => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  process.stdin.once('end', end).once('close', end);
  let session: Promise<void> | undefined;
  await server.connect(new StdioServerTransport());
  await beSeen();
  if (!ending.signal.aborted)
    await new Promise<void>((done) => ending.signal.addEventListener('abort', () => done(), { once: true }));
  await session;
  await server.close();

  /** Without a realm here, or without live sessions, it serves all the same. */
  async function beSeen(): Promise<void> {
    if (session !== undefined) return;
    try {
      const held = await holdSession(flow, { domains: [], kind: 'agent', signal: ending.signal }, tellClient);
      session = held.ended;
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      if (error.code === 'no-live-sessions') flow.note(error.message);
    }
  }

  function tellClient(message: SessionMessage): void {
    if (message.type !== 'ContractChanged') return;
    void server.sendLoggingMessage({ level: 'notice', logger: 'git-realm', data: message }).catch(() => {});
  }

  async function call(name: string, given: JsonObject): Promise<object> {
    const notes: string[] = [];
    try {
      const tool = theTool(name);
      const problem = problemsOf(tool, given);
      if (problem !== null) throw new RealmError('bad-arguments', `${name}: ${problem}`);
      const directory = typeof given.directory === 'string' ? given.directory : '.';
      const world = {
        ...flow,
        cwd: path.resolve(flow.cwd, directory),
        note: (line: string) => void notes.push(line),
      };
      const result = JSON.parse(JSON.stringify(await tool.run(world, new Arguments(given)))) as JsonValue;
      await beSeen();
      const words = [JSON.stringify(result, null, 2), ...notes];
      return {
        content: words.map((text) => ({ type: 'text', text })),
        structuredContent: isObject(result) ? result : { result },
      };
    } catch (error) {
      if (!(error instanceof RealmError)) throw error;
      const hint = error.hint === undefined ? '' : `\nhint: ${error.hint}`;
      const words = [`error: ${error.message} [${error.code}]${hint}`, ...notes];
      return { isError: true, content: words.map((text) => ({ type: 'text', text })) };
    }
  }
}

const described = ({ name, description, inputSchema, outputSchema, readOnly }: Tool): object => ({
  name,
  description,
  inputSchema,
  outputSchema,
  annotations: { readOnlyHint: readOnly },
});

/** What is wrong with a tool's arguments, in words; `null` where nothing is. */
async function checker(): Promise<(tool: Tool, given: JsonObject) => string | null> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const ajv = new Ajv2020({ strict: false });
  return ({ inputSchema }, given) =>
    ajv.validate(inputSchema, given) ? null : ajv.errorsText(ajv.errors, { dataVar: 'arguments' });
}
