import { join } from 'node:path';
import t from 'tap';
import { sandbox } from '../helpers/world/cli.ts';
import { pairOf } from '../helpers/world/pair.ts';

/** An OpenAPI document of one operation, whose response has these properties. */
const document = (...properties: string[]): string =>
  `${JSON.stringify(
    {
      openapi: '3.1.0',
      info: { title: 'invoices', version: '1' },
      paths: {
        '/invoices/{id}': {
          get: {
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
            responses: {
              200: {
                description: 'an invoice',
                content: {
                  'application/json': {
                    schema: {
                      type: 'object',
                      properties: Object.fromEntries(properties.map((name) => [name, { type: 'number' }])),
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    null,
    2,
  )}\n`;

const express = `import express from 'express';
export const app = express();
app.get('/invoices/:id', (request, response) => response.json({ id: request.params.id }));
`;

const client = (property: string): string => `import createClient from 'openapi-fetch';

const client = createClient({ baseUrl: process.env.BILLING_URL });

export async function show(id: string) {
  const { data } = await client.GET('/invoices/{id}', { params: { path: { id } } });
  return data?.${property};
}
`;

t.test('an Express service with its document, and an openapi-fetch client', async (t) => {
  const box = sandbox(t);
  const { provider, consumer, commit, status, contract } = await pairOf(box, {
    provider: { 'src/app.ts': express, 'openapi.json': document('total', 'tax', 'note') },
    source: 'openapi.json',
    exported: ['--detector', 'openapi', '--with', 'routes=src'],
    consumer: { 'src/invoice.ts': client('total') },
    binding: 'src/invoice.ts',
  });
  t.match(await contract(), /^kind: openapi$/m);
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  await commit(provider, 'another route', {
    'src/more.ts': `${express}app.delete('/invoices/:id', (request, response) => response.end());\n`,
  });
  const checked = await box.realm(['check', '--exports'], { cwd: provider.path, expect: 'any' });
  t.match(checked.stdout, /src\/more\.ts:4: warning: .*DELETE \/invoices\/\{id\} is not in the document/);
  const note = await commit(provider, 'no note', { 'openapi.json': document('total', 'tax') });
  t.match(note, /not used by consumer/, 'what it does not read may go');
  const total = await commit(provider, 'no total', { 'openapi.json': document('tax') });
  t.match(total, /breaks consumer at src\/invoice\.ts:6 \(reads 'total' of GET \/invoices\/\{id\}, which/);

  const branch = 'tax-only';
  await box.realm(['worktree', '--branch', branch, '--repos', 'provider,consumer'], { cwd: provider.path });
  const at = (path: string, file = '') => join(path, '.worktrees', branch, file);
  box.write(at(provider.path, 'openapi.json'), document('tax', 'note'));
  box.write(at(consumer.path, 'src/invoice.ts'), client('tax'));
  const inside = { cwd: at(provider.path) };
  await box.realm(['commit', '-m', 'Read the tax'], inside);
  await box.realm(['push'], inside);
  await box.realm(['pr', '--title', 'Read the tax'], inside);
  const { stdout } = await box.realm(['pr', 'status', '--json'], inside);
  t.match(JSON.parse(stdout), { order: ['consumer', 'provider'] }, 'what takes away comes last');
  await box.realm(['pr', 'merge'], inside);
  const merged = await box.git(['-C', provider.remote ?? '', 'show', 'main:openapi.json']);
  t.equal(merged.stdout, document('tax', 'note'));
});

const fastapi = (...fields: string[]): string => `from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()


class Invoice(BaseModel):
    id: str
${fields.map((field) => `    ${field}: float\n`).join('')}

@app.get("/invoices/{id}", response_model=Invoice)
def invoice(id: str) -> Invoice:
    return load(id)
`;

const go = (...fields: string[]): string => `package billing

import (
	"encoding/json"
	"net/http"
	"os"
)

type invoice struct {
${fields.map((field) => `	${field[0]?.toUpperCase()}${field.slice(1)} float64 \`json:"${field}"\`\n`).join('')}}

func Show(id string) (*invoice, error) {
	response, err := http.Get(os.Getenv("BILLING_URL") + "/invoices/" + id)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var found invoice
	if err := json.NewDecoder(response.Body).Decode(&found); err != nil {
		return nil, err
	}
	return &found, nil
}
`;

t.test('a FastAPI service without a document, and a Go client', async (t) => {
  const box = sandbox(t);
  const { provider, consumer, commit, publish, check, status, contract } = await pairOf(box, {
    provider: { 'app.py': fastapi('total', 'note') },
    source: 'app.py',
    consumer: { 'billing/client.go': go('total') },
    binding: 'billing/client.go',
  });
  t.match(await contract(), /^kind: openapi$/m);
  t.match(await contract(), /\/invoices\/\{id\}/, 'the routes are the contract');
  t.match(await status(), /c .*current at 1\.0\.0, proved/);
  const total = await commit(provider, 'no total', { 'app.py': fastapi('note') });
  t.match(total, /breaks consumer at billing\/client\.go:\d+ \(reads 'total' of GET \/invoices\/\{id\}/);

  // The client stops reading it, and says so; then it may go.
  await commit(consumer, 'no total', { 'billing/client.go': go('note') });
  await consumer.push();
  await box.realm(['sync'], { cwd: consumer.path });
  const { stdout } = await box.realm(['status'], { cwd: provider.path });
  t.match(stdout, /not used by consumer/);
  await publish();
  t.match(await check(), { code: 0 });
});
