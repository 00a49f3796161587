import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import { parse } from 'yaml';
import type { JoinResult } from '../../lib/actions/join/join.ts';
import { type Sandbox, sandbox } from '../helpers/world/cli.ts';
import { monorepo } from '../helpers/world/monorepo.ts';
import { atTerminal, canGiveTerminal } from '../helpers/world/pty.ts';
import { makeRepo, type Repo } from '../helpers/world/repo.ts';

async function shop(t: Test): Promise<{ box: Sandbox; repo: Repo }> {
  const box = sandbox(t);
  await box.realm(['init', 'realm']);
  return { box, repo: await makeRepo(box, 'shop', { remote: false, tree: monorepo }) };
}

/** Everything that a join may write: the realm's commits, the repository, the index of the user. */
async function state(box: Sandbox): Promise<string> {
  const script =
    'git -C realm for-each-ref; git -C shop status --porcelain --ignored; git -C shop config --local --list; ls -A shop/.git/hooks; cat home/.blue/index.yaml';
  return (await box.run('sh', ['-c', script])).stdout;
}

const exported = (repo: Repo): { name: string; source_files: string[] }[] =>
  parse(repo.read('.blue/config.yaml')).detected_exports;

const PREVIEW = `export billing-s3 (packages/billing)
  read  acme-invoices/invoices/*              packages/billing/src/store.ts:11, covers 1 other
  write acme-invoices/invoices/*/invoice.pdf  packages/billing/src/store.ts:8
  values depend on packages/billing/src/config.ts too
export shipping-s3 (services/shipping)
  read  acme-labels/labels/*.png  services/shipping/labels.py:7
left out:
  acme-artifacts (uploads of builds, and what is deployed): write acme-cdn/app/*/app.js  .github/workflows/ci.yml:5
  acme-terraform-state (Terraform's own state): read  acme-infra/prod/terraform.tfstate  infra/main.tf:4, and 1 more
  web-placeholders (a name to be filled in, not a bucket): write my-bucket/x/y  packages/web/upload.js:2
  1 policy that grants nothing that a contract of realm needs: infra/policy.json
`;

t.test(
  'a preview of a monorepo: values with their places, by application, and nothing is changed',
  async (t) => {
    const { box, repo } = await shop(t);
    const before = await state(box);
    const ran = await box.realm(['join', '--dry-run', '../realm'], { cwd: repo.path });
    t.equal(ran.stdout, `would register shop in realm realm; nothing was changed\n${PREVIEW}`);
    const json = (await box.realm(['join', '-n', '../realm', '--json'], { cwd: repo.path })).json();
    t.match(json, {
      ...{ attached: false, commit: null, configChanged: false },
      detected: {
        exports: [
          {
            name: 'billing-s3',
            source_files: ['packages/billing/src/config.ts', 'packages/billing/src/store.ts'],
          },
          { name: 'shipping-s3', source_files: ['services/shipping/labels.py'] },
        ],
        own_policies: ['infra/policy.json'],
        imports: [],
      },
    });
    const { previews } = (json as JoinResult).detected;
    t.match(previews[0], {
      ...{ folder: 'packages/billing', bucket: 'acme-invoices', folded: 1, left_out: null },
      values: [
        { key: 'read', value: 'invoices/*', line: 11, covers: ['invoices/*/invoice.pdf'] },
        { key: 'write' },
      ],
    });
    t.same(
      previews.flatMap(({ left_out }) => left_out?.class ?? []),
      ['artifacts', 'terraform-state', 'placeholders'],
    );
    t.match(
      previews.find(({ name }) => name === 'acme-artifacts')?.values[0]?.how,
      "'%VERSION%' is a placeholder",
    );
    t.equal(await state(box), before);
  },
);

t.test('without a terminal, and with --yes, what is not left out is taken', async (t) => {
  const { box, repo } = await shop(t);
  const ran = await box.realm(['join', '../realm'], { cwd: repo.path });
  t.ok(ran.stdout.startsWith(`registered shop in realm realm\n${PREVIEW}`));
  t.match(
    ran.stdout,
    'next: git realm domain create <domain> --repos shop,<other repo> --contract billing-s3\n',
  );
  const names = exported(repo).map(({ name }) => name);
  t.same(names, ['billing-s3', 'shipping-s3']);
  await repo.commit('join');
  const again = await box.realm(['join', '--yes'], { cwd: repo.path });
  t.notMatch(again.stdout, 'export billing-s3', 'what waits is not found again');
  t.equal(await repo.git('status', '--porcelain'), '');

  await box.realm(['domain', 'create', 'invoices', '--repos', 'shop,ledger', '--contract', 'billing-s3'], {
    cwd: repo.path,
  });
  const shown = await box.realm(['show', 'invoices/billing-s3', '--json'], { cwd: repo.path });
  t.match(
    JSON.stringify(shown.json()),
    '"invoices/*","invoices/*/invoice.pdf"',
    'all paths, the covered one too',
  );
});

t.test('an import is offered for what a contract of the realm needs, and for nothing else', async (t) => {
  const { box, repo } = await shop(t);
  await box.realm(['join', '../realm', '--yes'], { cwd: repo.path });
  await repo.commit('join');
  const create = ['domain', 'create', 'labels', '--repos', 'shop,printer', '--contract', 'shipping-s3'];
  await box.realm(create, { cwd: repo.path });
  const allow = (resource: string) =>
    JSON.stringify({ Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: resource }] });
  await makeRepo(box, 'printer', {
    remote: false,
    tree: {
      'policy.json': allow('arn:aws:s3:::acme-labels/*'),
      'other.json': allow('arn:aws:s3:::acme-photos/*'),
      'elsewhere.json': allow('arn:aws:s3:::acme-labels/old/*'),
    },
  });
  const ran = await box.realm(['join', '../realm'], { cwd: 'printer' });
  t.match(
    ran.stdout,
    `import labels/shipping-s3: policy.json grants paths that it needs
  git realm import shipping-s3 --domain labels --binding policy.json
left out:
  2 policies that grant nothing that a contract of realm needs: elsewhere.json, other.json
`,
  );
  await box.realm(['import', 'shipping-s3', '--domain', 'labels', '--binding', 'policy.json'], {
    cwd: 'printer',
  });
});

t.test('what fails before it has begun leaves nothing, a store of the realm neither', async (t) => {
  const { box, repo } = await shop(t);
  await box.git(['clone', '-q', '--bare', 'realm', 'remote.git']);
  const url = `file://${box.path('remote.git')}`;
  box.write(
    'broken/git',
    `#!/bin/sh\ncase " $* " in *' ls-files '*) exit 3 ;; esac\nPATH=\${PATH#*:} exec git "$@"\n`,
    0o755,
  );
  const before = await state(box);
  const env = { PATH: `${box.path('broken')}:${box.env.PATH}` };
  const ran = await box.run('git-realm', ['join', url], { cwd: repo.path, env, expect: 'any' });
  t.not(ran.code, 0);
  t.equal(await repo.git('status', '--porcelain'), '');
  await box.realm(['join', '--dry-run', url], { cwd: repo.path });
  t.equal(await state(box), before);
  t.same(readdirSync(box.path('home/.blue/realms')), []);
});

t.test('at a terminal: take, leave, rename, and quit', async (t) => {
  if (!canGiveTerminal()) return void t.pass('nothing was checked', { skip: 'SKIPPED: there is no script' });
  const { box, repo } = await shop(t);
  const before = await state(box);
  const ask = /> $/;

  for (const keys of ['q\n', '\x04', '2\nno\n']) {
    const quit = atTerminal(box, ['join', '../realm'], repo.path);
    await quit.shows(ask);
    quit.type(keys);
    t.equal(await quit.ended, 1, JSON.stringify(keys));
    t.match(quit.text(), 'error: not joined, and nothing was changed\n');
  }
  const stopped = atTerminal(box, ['join', '../realm'], repo.path);
  await stopped.shows(ask);
  stopped.type('\x03');
  t.equal(await stopped.ended, 130, 'Ctrl-C');
  t.notMatch(stopped.text(), /error|bug/);
  t.equal(await state(box), before);

  const join = atTerminal(box, ['join', '../realm'], repo.path);
  await join.shows(
    / 1 \[x\] export billing-s3 \(packages\/billing\)[\s\S]* 4 \[ \] export acme-terraform-state: .*state\n/,
  );
  await join.shows(/Enter: register shop in realm realm with 2 exports;[\s\S]*> $/);
  for (const [typed, shown] of [
    ['9', /'9' is not a number from 1 to 5[\s\S]*> $/],
    ['1 shipping-s3', /another export is called 'shipping-s3'[\s\S]*> $/],
    ['1 a/b', /contract name 'a\/b' has a slash[\s\S]*> $/],
    ['2, 3', / 2 \[ \] export shipping-s3[\s\S]* 3 \[x\] export acme-artifacts[\s\S]*> $/],
    ['1 invoice-paths', / 1 \[x\] export invoice-paths[\s\S]*with 2 exports;[\s\S]*> $/],
  ] as const) {
    join.type(`${typed}\n`);
    await join.shows(shown);
  }
  join.type('\n');
  t.equal(await join.ended, 0);
  t.match(join.text(), /registered shop in realm realm\nexport invoice-paths\nexport acme-artifacts\n/);
  t.match(exported(repo), [
    {
      name: 'invoice-paths',
      source_files: ['packages/billing/src/config.ts', 'packages/billing/src/store.ts'],
    },
    { name: 'acme-artifacts', source_files: ['.github/workflows/ci.yml'] },
  ]);
  await repo.commit('join');
  await box.realm(['join'], { cwd: repo.path });
  t.equal(await repo.git('status', '--porcelain'), '', 'a choice stays as it was made');
  t.ok(existsSync(box.path('shop/.git/hooks/pre-commit')));
  t.match(readFileSync(box.path('home/.blue/index.yaml'), 'utf8'), /shop: /);
});

t.test('interface documents are offered as what they are, tests and own actions left out', async (t) => {
  const box = sandbox(t);
  await box.realm(['init', 'realm']);
  const openapi =
    'openapi: 3.0.3\ninfo: { title: a, version: "1" }\npaths:\n  /a:\n    get: { responses: { "200": { description: ok } } }\n';
  const message = (name: string) =>
    `syntax = "proto3";\npackage acme.v1;\nmessage ${name} { string id = 1; }\n`;
  const action = 'inputs: { a: { required: true } }\nruns: { using: node20, main: i.js }\n';
  const repo = await makeRepo(box, 'shop', {
    remote: false,
    tree: {
      'services/billing/package.json': '{ "name": "@acme/billing" }',
      'services/billing/openapi.yaml': openapi,
      'services/billing/test/petstore.yaml': openapi,
      'proto/acme/a.proto': message('A'),
      'proto/acme/b.proto': message('B'),
      'schema.graphql': 'type Query { a: Int }\n',
      'src/one.graphql': 'query Q { a }\n',
      'action.yml': action,
      '.github/actions/own/action.yml': action,
      '.github/workflows/ci.yml': 'on: push\njobs: {}\n',
      'node_modules/x/openapi.yaml': openapi,
      'broken.yaml': 'openapi: 3.0.3\n  paths: [',
      'component.yaml': 'components: {}\n',
    },
  });
  const ran = await box.realm(['join', '--yes', '../realm'], { cwd: repo.path });
  t.match(
    ran.stdout,
    'export billing-openapi (services/billing, openapi)\n  GET /a  services/billing/openapi.yaml:5\n',
  );
  t.match(
    ran.stdout,
    'export protobuf (protobuf)\n  acme.v1.A  proto/acme/a.proto:3\n  acme.v1.B  proto/acme/b.proto:3\n',
  );
  t.match(ran.stdout, /left out:\n(?:.*\n)*? {2}petstore \(tests and examples\): GET \/a/);
  t.match(ran.stdout, "(for this repository's own workflows): input a");
  t.same(
    exported(repo).map(({ name, source_files }) => [name, ...source_files]),
    [
      ['action', 'action.yml'],
      ['protobuf', 'proto/acme'],
      ['graphql', 'schema.graphql'],
      ['billing-openapi', 'services/billing/openapi.yaml'],
    ],
  );
  await box.realm(['domain', 'create', 'apis', '--repos', 'shop', '--contract', 'protobuf'], {
    cwd: repo.path,
  });
  const published = await box.realm(['show', 'protobuf', '--json'], { cwd: repo.path });
  t.match(published.json(), { file: { kind: 'protobuf' } });
});
