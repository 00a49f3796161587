import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { agent } from '../helpers/sessions/agent.ts';
import { makeRepo } from '../helpers/world/repo.ts';
import { fingerprint, letemcook, writerOf } from '../helpers/world/story.ts';

t.test('a client lists every tool, typed on both sides', async (t) => {
  const { box, aperture } = await letemcook(t);
  const { client } = await agent(t, box, aperture.path);
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name.replace('realm_', '')).sort();
  const due =
    'check commit domain export graph import inbox init join leave pr push sessions status sync worktree';
  t.strictSame(names, due.split(' '));
  for (const { name, inputSchema, outputSchema, description } of tools) {
    t.equal(inputSchema.type, 'object', name);
    t.equal(outputSchema?.type, 'object', name);
    t.ok((description ?? '').length > 20, name);
  }
});

t.test('a client calls every tool; what others would notice is only planned', async (t) => {
  const { box, realm, aperture, fungal } = await letemcook(t);
  const { call } = await agent(t, box, fungal.path);
  const A = aperture.path;
  const stranger = await makeRepo(box, 'stranger', { tree: { 'README.md': 'a\n' } });
  const there = await agent(t, box, stranger.path);
  t.match((await call('realm_status')).structuredContent, {
    repo: 'fungal-image-analysis',
    imports: [{ contract: 's3-permissions', state: 'current' }],
  });
  t.match((await call('realm_sessions')).structuredContent, {
    sessions: [{ kind: 'agent', state: 'alive' }],
  });
  t.match((await call('realm_graph')).structuredContent, { edges: [{ consumer: 'fungal-image-analysis' }] });
  t.match((await call('realm_check', { modes: ['importer'] })).structuredContent, { ok: true });
  t.match((await call('realm_inbox')).structuredContent, { news: [], live: [] });

  const before = await fingerprint(box, realm.path, A, fungal.path, stranger.path);
  const limits = { name: 'limits', domain: 's3-access', value: { rate: 100 } };
  for (const [name, args, plan] of [
    ['realm_domain', { action: 'create', name: 'jobs', repos: ['aperture'], directory: A }, /jobs/],
    ['realm_export', { ...limits, directory: A }, /limits/],
    ['realm_import', { contract: 's3-permissions', version: '^1.0.0' }, /import/],
    ['realm_leave', {}, /leave|left/],
  ] as const) {
    const { structuredContent, content, isError } = await call(name, args);
    t.notOk(isError, `${name}: ${content[0]?.text}`);
    t.match(structuredContent, { dryRun: true, plan: { subject: plan } }, name);
  }
  const joining = { realm: realm.path, hooks: false };
  t.match((await there.call('realm_join', joining)).structuredContent, {
    dryRun: true,
    plan: { subject: /register/i },
  });
  t.match((await call('realm_sync', { directory: A })).structuredContent, { dryRun: true });
  t.equal(await fingerprint(box, realm.path, A, fungal.path, stranger.path), before, 'nothing is changed');

  t.match((await there.call('realm_join', { realm: realm.path, apply: true })).structuredContent, {
    dryRun: false,
    result: { repo: 'stranger' },
  });
  t.match((await call('realm_export', { ...limits, directory: A, apply: true })).structuredContent, {
    result: { contract: 'limits', version: '1.0.0' },
  });
  t.match((await call('realm_domain')).structuredContent, { result: { domains: [{ name: 's3-access' }] } });
  t.match((await call('realm_init', { name: 'second', path: 'realms/second' })).structuredContent, {
    pushed: false,
  });
  const change = { directory: A, rfc: 'metrics', apply: true };
  t.match((await call('realm_worktree', change)).structuredContent, { done: true, branch: 'feat/metrics' });
  const tree = { directory: join(A, '.worktrees', 'feat-metrics') };
  box.write(join(tree.directory, 'note.txt'), 'x\n');
  t.match((await call('realm_commit', { ...tree, message: 'note', apply: true })).structuredContent, {
    done: true,
  });
  t.match((await call('realm_push', tree)).structuredContent, { dryRun: true });
  t.match((await call('realm_push', { ...tree, apply: true })).structuredContent, { done: true });
  t.match((await call('realm_pr', { ...tree, title: 'note' })).structuredContent, {
    branch: 'feat/metrics',
  });
  t.match((await call('realm_pr', { ...tree, title: 'note', apply: true })).structuredContent, {
    done: true,
  });
  const pulls = await call('realm_pr', { ...tree, action: 'status' });
  t.notOk(pulls.isError, pulls.content[0]?.text ?? '');
});

t.test('a change in another repository reaches the client; refusals are answers', async (t) => {
  const { box, aperture, fungal } = await letemcook(t);
  const { call, client, heard } = await agent(t, box, fungal.path);
  await aperture.commit('metrics', { models: { training: { 'metrics.py': writerOf('training-metrics') } } });
  await box.realm(['export', '--name', 's3-permissions', '--source', 'models/training/metrics.py'], {
    cwd: aperture.path,
  });
  await aperture.push();
  await box.realm(['sync'], { cwd: aperture.path, expect: 'any' });
  for (const end = Date.now() + 240_000; heard.length === 0 && Date.now() < end; )
    await new Promise((on) => setTimeout(on, 20));
  t.match(heard[0]?.data, { type: 'ContractChanged', from_repo: 'aperture', contract: 's3-permissions' });
  t.match(await call('realm_import', {}), {
    isError: true,
    content: [{ text: /required property 'contract'/ }],
  });
  t.match(await call('realm_status', { directory: box.root }), {
    isError: true,
    content: [{ text: /^error: .*\[directory-refused\]/ }],
  });
  t.match(await call('realm_nothing'), { isError: true, content: [{ text: /no tool 'realm_nothing'/ }] });
  t.match(await call('realm_init', { url: box.path('x.git') }), { isError: true });
  await client.close();
  for (const end = Date.now() + 240_000; Date.now() < end; ) {
    const ran = await box.realm(['sessions', '--json'], { cwd: fungal.path });
    if ((ran.json() as { sessions: [] }).sessions.length === 0) break;
  }
  const left = (await box.realm(['sessions', '--json'], { cwd: fungal.path })).json();
  t.match(left, { sessions: { length: 0 } }, 'the session ends with the client');
});

t.test(
  'a client that is not of the same making: JSON-RPC by hand, each answer held against its schema',
  async (t) => {
    const { box, aperture } = await letemcook(t);
    const words = ['-i', ...Object.entries(box.env).map(([name, value]) => `${name}=${value}`)];
    const child = spawn('env', [...words, 'git-realm', 'mcp'], { cwd: aperture.path });
    t.teardown(() => child.kill('SIGKILL'));
    const waiting = new Map<number, (answer: Record<string, never>) => void>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line);
      t.equal(message.jsonrpc, '2.0');
      waiting.get(message.id)?.(message.result ?? message.error);
    });
    let id = 0;
    // biome-ignore lint/suspicious/noExplicitAny: answers as they come from the wire
    const ask = (method: string, params: object): Promise<any> => {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`);
      return new Promise((done) => waiting.set(id, done));
    };
    const clientInfo = { name: 'by-hand', version: '0' };
    const hello = await ask('initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    t.match(hello, { serverInfo: { name: 'git-realm' }, capabilities: { tools: {}, logging: {} } });
    child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    const { tools } = await ask('tools/list', {});
    t.equal(tools.length, 16);
    const ajv = new Ajv2020({ strict: false });
    const given: Record<string, object> = {
      realm_import: { contract: 's3-permissions' },
      realm_domain: { action: 'create', name: 'jobs', repos: ['aperture'] },
      realm_export: { name: 'limits', domain: 's3-access', value: 1 },
      realm_commit: { message: 'x' },
      realm_worktree: { rfc: 'x' },
      realm_init: { name: 'other', path: 'other' },
    };
    const refused: string[] = [];
    for (const { name, outputSchema } of tools) {
      const answer = await ask('tools/call', { name, arguments: given[name] ?? {} });
      if (answer.isError) {
        refused.push(name);
        t.match(answer.content[0].text, /^error: .* \[[a-z-]+\]/, `${name} says why`);
      } else t.ok(ajv.validate(outputSchema, answer.structuredContent), `${name}: ${ajv.errorsText()}`);
    }
    // No change set is open, and others import from this repository.
    t.strictSame(refused.sort(), ['realm_commit', 'realm_leave', 'realm_pr', 'realm_push']);
    child.stdin.end();
    await once(child, 'exit');
  },
);
