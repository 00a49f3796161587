import { execFileSync } from 'node:child_process';
import type { Random } from './random.ts';

// Change sets in small: what each repository needs and grants are letters. The truth is read from git by itself: no code of ours says what a
// commit needs or grants.

/** What one repository holds at some commit. */
export interface Content {
  /** Letters, each read from S3 by a file of its own. `u`: which key is read is only known at run time. */
  needs: ReadonlySet<string>;
  /** Provider to the letters that its needs are granted; `null`: the file does not parse. */
  grants: ReadonlyMap<string, ReadonlySet<string> | null>;
}

export const LETTERS = ['a', 'b', 'c'] as const;
export const AT_RUN_TIME = 'u';

const HEAD = 'import boto3\n\ns3 = boto3.client("s3")\n\n\n';
const needFile = (letter: string): string =>
  letter === AT_RUN_TIME
    ? `${HEAD}def read():\n    return s3.get_object(Bucket="data", Key=open("key").read())\n`
    : `${HEAD}def read(name):\n    return s3.get_object(Bucket="data", Key=f"${letter}/{name}")\n`;

const around = (letter: string, where: string): string =>
  Array.from({ length: 4 }, (_, at) => `    # ${where} ${letter}, ${at}\n`).join('');
const statement = (letter: string): string =>
  `    role.add_to_policy(iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::data/${letter}/*"]))\n`;

/** Comments between the statements let git merge each by itself. */
const grantFile = (letters: ReadonlySet<string> | null): string =>
  `from aws_cdk import aws_iam as iam\n\n\ndef grants(role):\n    pass\n${LETTERS.map(
    (letter) =>
      around(letter, 'before') + (letters?.has(letter) ? statement(letter) : '') + around(letter, 'after'),
  ).join('')}${letters === null ? 'def (\n' : ''}`;

const fileOf = (provider: string): string => `grants-${provider}.py`;

/** The files of a commit. */
export function filesOf({ needs, grants }: Content): Map<string, string> {
  const files = new Map([['needs/__init__.py', HEAD.trimEnd()]]);
  for (const letter of needs) files.set(`needs/${letter}.py`, needFile(letter));
  for (const [provider, letters] of grants) files.set(fileOf(provider), grantFile(letters));
  return files;
}

/** The bare repository that the branches of all worlds are in. */
export class Remotes {
  private readonly contents = new Map<string, Content>();
  private readonly merges = new Map<string, string | null>();

  constructor(readonly path: string) {}

  /** A commit with this content. */
  commit(content: Content, parents: readonly string[]): string {
    const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
    const who = 'w <w@example.com> 1767300000 +0000\n';
    const [first, ...others] = parents;
    const files = [...filesOf(content)].map(([path, text]) => `M 100644 inline ${path}\n${data(text)}`);
    const stream = [
      `commit refs/worlds/last\nmark :1\nauthor ${who}committer ${who}${data('change')}`,
      first === undefined ? '' : `from ${first}\n`,
      ...others.map((parent) => `merge ${parent}\n`),
      `deleteall\n${files.join('')}get-mark :1\n`,
    ].join('');
    const oid = this.git(['fast-import', '--quiet', '--force'], stream).trim();
    this.contents.set(oid, content);
    return oid;
  }

  /** The commit of a merge by plain git; `null`: it conflicts. */
  merge(main: string, head: string): string | null {
    const known = this.merges.get(`${main} ${head}`);
    if (known !== undefined) return known;
    const merged = this.merged(main, head);
    this.merges.set(`${main} ${head}`, merged);
    return merged;
  }

  private merged(main: string, head: string): string | null {
    try {
      const [tree = ''] = this.git(['merge-tree', '--write-tree', main, head]).split('\n');
      return this.git(['commit-tree', tree, '-p', main, '-p', head, '-m', 'merge']).trim();
    } catch {
      return null;
    }
  }

  /** What a commit needs and grants, by its files alone. */
  at(oid: string): Content {
    const known = this.contents.get(oid);
    if (known) return known;
    const names = this.git(['ls-tree', '-r', '--name-only', oid]).split('\n');
    const needs = names.flatMap((name) => /^needs\/(\w)\.py$/.exec(name)?.[1] ?? []);
    const files = names.filter((name) => name.startsWith('grants-'));
    const texts =
      files.length === 0
        ? []
        : this.git(['show', ...files.map((name) => `${oid}:${name}`)]).split(/(?=^from aws_cdk)/m);
    const grants = files.map((name, at) => {
      const text = texts[at] ?? '';
      const letters = [...text.matchAll(/data\/(\w)\/\*/g)].map(([, letter = '']) => letter);
      return [
        name.slice('grants-'.length, -'.py'.length),
        text.includes('def (') ? null : new Set(letters),
      ] as const;
    });
    const content = { needs: new Set(needs), grants: new Map(grants) };
    this.contents.set(oid, content);
    return content;
  }

  private git(args: string[], input = ''): string {
    return execFileSync('git', args, {
      cwd: this.path,
      input,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
      env: {
        ...process.env,
        GIT_AUTHOR_DATE: '1767300000 +0000',
        GIT_COMMITTER_DATE: '1767300000 +0000',
        GIT_AUTHOR_NAME: 'w',
        GIT_AUTHOR_EMAIL: 'w@example.com',
        GIT_COMMITTER_NAME: 'w',
        GIT_COMMITTER_EMAIL: 'w@example.com',
      },
    });
  }
}

/** One import: the consumer grants what the provider needs. */
export interface Need {
  provider: string;
  consumer: string;
}

/** What the main branches lack now: `<provider> <consumer> <letter>` for each need that is not granted. */
export function lacking(needs: readonly Need[], contentOf: (repo: string) => Content): Set<string> {
  const found = needs.flatMap(({ provider, consumer }) => {
    const granted = contentOf(consumer).grants.get(provider);
    return [...contentOf(provider).needs]
      .filter((letter) => !granted?.has(letter))
      .map((letter) => `${provider} ${consumer} ${letter}`);
  });
  return new Set(found);
}

/** A repository of a world: where its main branch and the branch of its pull request are. */
export interface Repo {
  name: string;
  main: string;
  /** `null`: it has no pull request (any more). */
  head: string | null;
}

export interface World {
  repos: Map<string, Repo>;
  needs: Need[];
}

const subset = (random: Random, share: number): Set<string> =>
  new Set(LETTERS.filter(() => random.chance(share)));

/** Some letters more, some less; in a third of the changes only needs, in a third only grants. */
function edited(random: Random, isLeft: boolean, letters: ReadonlySet<string>): Set<string> {
  const next = new Set(letters);
  if (isLeft) return next;
  for (const letter of LETTERS)
    if (random.chance(0.18)) next.has(letter) ? next.delete(letter) : next.add(letter);
  return next;
}

/** A content that somebody changed. Now and then something becomes unreadable, or readable again. */
export function changed(random: Random, { needs, grants }: Content): Content {
  const what = random.below(3);
  const isOdd = random.chance(0.04);
  const plain = edited(random, what === 0, new Set([...needs].filter((letter) => letter !== AT_RUN_TIME)));
  const more = needs.has(AT_RUN_TIME) !== isOdd ? [AT_RUN_TIME] : [];
  return {
    needs: new Set([...plain, ...more]),
    grants: new Map(
      [...grants].map(([provider, letters]) => [
        provider,
        random.chance(0.03) ? null : edited(random, what === 1, letters ?? new Set(LETTERS)),
      ]),
    ),
  };
}

/** 2 to 5 repositories with needs between them, most of them granted, and pull requests in most. */
export function worldOf(random: Random, remotes: Remotes): World {
  const names = Array.from({ length: 2 + random.below(4) }, (_, at) => `p${at}`);
  const pairs = names.flatMap((provider) =>
    names.filter((consumer) => consumer !== provider).map((consumer) => ({ provider, consumer })),
  );
  const needs = pairs.filter(() => random.chance(2 / names.length));
  const contents = new Map(names.map((name) => [name, { needs: subset(random, 0.5) }]));
  const repos = names.map((name): Repo => {
    const granted = needs
      .filter(({ consumer }) => consumer === name)
      .map(({ provider }) => {
        const wanted = contents.get(provider)?.needs ?? new Set<string>();
        const isBroken = random.chance(0.15);
        const letters = LETTERS.filter((letter) => (wanted.has(letter) ? !isBroken : random.chance(0.3)));
        return [provider, new Set<string>(letters)] as const;
      });
    const base: Content = { needs: contents.get(name)?.needs ?? new Set(), grants: new Map(granted) };
    const root = remotes.commit(base, []);
    const head = random.chance(0.75) ? remotes.commit(changed(random, base), [root]) : null;
    // Others were at work meanwhile.
    const main = random.chance(0.2) ? remotes.commit(changed(random, base), [root]) : root;
    return { name, main, head };
  });
  return { repos: new Map(repos.map((repo) => [repo.name, repo])), needs };
}
