import { mkdirSync } from 'node:fs';
import type { Test } from 'tap';
import { parse } from 'yaml';
import { type GitServer, serve, type User } from '../servers/git-http.ts';
import type { Ran, Sandbox } from './cli.ts';
import { makeRepo, openRepo, type Repo, type Tree } from './repo.ts';
import { templateOf } from './template.ts';

/** The provider: reads and writes S3 paths. */
export const aperture: Tree = {
  models: {
    training: {
      's3_paths.py': `import boto3

BUCKET = "fungal-data"
s3 = boto3.client("s3")


def load_mask(job_id: str, name: str) -> bytes:
    return s3.get_object(Bucket=BUCKET, Key=f"jobs/{job_id}/masks/{name}")["Body"].read()


def save_manifest(job_id: str, part: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"jobs/{job_id}/{part}/manifest.json", Body=body)
`,
    },
  },
};

/** One more source of the provider, that writes `<folder>/…`. */
export const writerOf = (folder: string): string => `from .s3_paths import BUCKET, s3


def export(name: str, body: bytes) -> None:
    s3.put_object(Bucket=BUCKET, Key=f"${folder}/{name}", Body=body)
`;

/** The consumer: grants those paths. It also provides the shape of a training job. */
export const fungal: Tree = {
  cdk: {
    'training_tools_access_stack.py': `from aws_cdk import Stack, aws_iam as iam

BUCKET_ARN = "arn:aws:s3:::fungal-data"


class TrainingToolsAccessStack(Stack):
    def __init__(self, scope, id, role, **kw):
        super().__init__(scope, id, **kw)
        role.add_to_policy(iam.PolicyStatement(
            actions=["s3:GetObject"],
            resources=[f"{BUCKET_ARN}/jobs/*/masks/*"],
        ))
        role.add_to_policy(iam.PolicyStatement(
            actions=["s3:PutObject"],
            resources=[f"{BUCKET_ARN}/jobs/*/*/manifest.json"],
        ))
`,
  },
  'job.json': '{ "queues": ["train", "evaluate"] }\n',
};

export const mlInfra: Tree = { 'queues.tf': '# the queues of training jobs\n' };

/** A realm's repository: what the tests ask of it, by plain git. */
export interface RealmFiles {
  path: string;
  git(...args: string[]): Promise<string>;
  /** A YAML file of the main branch. */
  yaml(path: string): Promise<Record<string, unknown>>;
  tip(): Promise<string>;
  count(): Promise<number>;
  subjects(): Promise<string[]>;
}

export function openRealm(box: Sandbox, path: string): RealmFiles {
  const git = async (...args: string[]): Promise<string> =>
    (await box.git(['-C', path, ...args])).stdout.trimEnd();
  return {
    path,
    git,
    yaml: async (file) => parse(await git('show', `main:${file}`)) as Record<string, unknown>,
    tip: () => git('rev-parse', 'main'),
    count: async () => Number(await git('rev-list', '--count', 'main')),
    subjects: async () => (await git('log', '--format=%s', '--reverse', 'main')).split('\n'),
  };
}

export interface World {
  box: Sandbox;
  realm: RealmFiles;
  aperture: Repo;
  fungal: Repo;
}

/** Commits `.blue` and pushes it, as whoever joined does. */
export async function commitMembership(repo: Repo): Promise<void> {
  await repo.commit('join realm letemcook');
  await repo.push();
}

/** The RFC's two repositories in a realm beside them: domain `s3-access`, contract `s3-permissions` 1.0.0, imported. */
export async function letemcook(t: Test): Promise<World> {
  return letemcookIn(await templateOf(t, 'letemcook', buildLetemcook));
}

/** Makes that world in a sandbox. */
export async function buildLetemcook(box: Sandbox): Promise<void> {
  await box.realm(['init', '--name', 'letemcook', '--path', 'realm-letemcook']);
  const provider = await makeRepo(box, 'aperture', { tree: aperture });
  const consumer = await makeRepo(box, 'fungal-image-analysis', { tree: fungal });
  await joinBoth(box, provider, consumer, box.path('realm-letemcook'));
}

/** That world, in a sandbox where it was made. */
export function letemcookIn(box: Sandbox): World {
  const repo = (name: string) => openRepo(box, name, box.path('remotes', `${name}.git`));
  return {
    box,
    realm: openRealm(box, box.path('realm-letemcook')),
    aperture: repo('aperture'),
    fungal: repo('fungal-image-analysis'),
  };
}

/** Joins the two repositories to the realm at a path or URL, and agrees on `s3-permissions`. */
export async function joinBoth(box: Sandbox, provider: Repo, consumer: Repo, realm: string): Promise<void> {
  await box.realm(['join', realm], { cwd: provider.path });
  await commitMembership(provider);
  const members = 'aperture,fungal-image-analysis';
  await box.realm(['domain', 'create', 's3-access', '--repos', members, '--contract', 's3-permissions'], {
    cwd: provider.path,
  });
  await box.realm(['join', realm], { cwd: consumer.path });
  await box.realm(
    ['import', 's3-permissions', '--version', '>=1.0.0', '--binding', 'cdk/training_tools_access_stack.py'],
    { cwd: consumer.path },
  );
  for (const repo of [provider, consumer])
    if ((await repo.git('status', '--porcelain')) !== '') await commitMembership(repo);
}

export interface Served {
  server: GitServer;
  /** The realm's address, without a login in it. */
  url: string;
  /** The bare repository behind it. */
  realm: RealmFiles;
}

export const eric: Record<string, User> = { eric: { password: 'lasagne', write: ['realm-letemcook.git'] } };

/** An empty bare repository behind `git http-backend`; `box` is logged in as eric. */
export async function serveRealm(t: Test, box: Sandbox, users: Record<string, User> = eric): Promise<Served> {
  const root = box.path('served');
  mkdirSync(root);
  await box.git(['init', '-q', '--bare', box.path('served', 'realm-letemcook.git')]);
  const server = await serve({ root, users });
  t.teardown(() => server.close());
  await login(box, server, 'eric');
  const realm = openRealm(box, box.path('served', 'realm-letemcook.git'));
  return { server, url: `${server.url}realm-letemcook.git`, realm };
}

export async function login(box: Sandbox, server: GitServer, user: string): Promise<void> {
  for (const [key, value] of server.login(user)) await box.git(['config', '--global', '--add', key, value]);
}

/** Everything a refused command must leave alone: refs of the realm, its work tree, the repo, the index of realms. */
export async function fingerprint(box: Sandbox, ...directories: string[]): Promise<string> {
  const script = `
    for d do
      git -C "$d" for-each-ref
      git -C "$d" status --porcelain 2>/dev/null
      git -C "$d" config --local --list
    done
    cat "$GIT_REALM_HOME/index.yaml" 2>/dev/null`;
  const { stdout } = await box.run('sh', ['-c', script, 'sh', ...directories], { expect: 'any' });
  return stdout;
}

/** The last line of standard error that is no hint, and the hint. */
export function complaint(ran: Ran): { code: number; message: string; hint: string } {
  const lines = ran.stderr.trimEnd().split('\n');
  const hint = lines.find((line) => line.startsWith('hint:')) ?? '';
  const message = lines.find((line) => /^(fatal|error|usage):/.test(line)) ?? lines[0] ?? '';
  return { code: ran.code, message, hint };
}
