import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import type { Test } from 'tap';
import { prefix, type Sandbox } from '../world/cli.ts';

export interface Answer {
  isError?: boolean;
  content: { text: string }[];
  structuredContent?: Record<string, unknown>;
}

export interface Agent {
  client: Client;
  /** The answer; its structure was checked against the tool's output schema by the client. */
  call(name: string, args?: Record<string, unknown>): Promise<Answer>;
  heard: { data: unknown }[];
}

/** The SDK's own client, which knows nothing of us. */
export async function agent(t: Test, box: Sandbox, cwd: string): Promise<Agent> {
  const client = new Client({ name: 'independent', version: '1.0.0' });
  const heard: { data: unknown }[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void heard.push(params));
  const command = join(prefix, 'bin', 'git-realm');
  await client.connect(
    new StdioClientTransport({ command, args: ['mcp'], cwd, env: box.env, stderr: 'pipe' }),
  );
  t.teardown(() => client.close());
  await client.listTools();
  const call = async (name: string, args: Record<string, unknown> = {}): Promise<Answer> =>
    (await client.callTool({ name, arguments: args })) as unknown as Answer;
  return { client, heard, call };
}
