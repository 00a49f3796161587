import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Checkout } from '../../../lib/actions/change/checkouts.ts';
import { mustKnowForges } from '../../../lib/actions/change/known-forges.ts';
import type { Context } from '../../../lib/actions/open/context.ts';
import { RealmError } from '../../../lib/errors.ts';
import { addressOf } from '../../../lib/forge/address.ts';
import { parseConfig } from '../../../lib/git/config.ts';

/** An ssh whose configuration knows two aliases. */
const bin = t.testdir();
writeFileSync(
  join(bin, 'ssh'),
  '#!/bin/sh\ncase $2 in work) echo "hostname github.com" ;; box) echo "hostname 127.0.0.1" ;; *) echo "hostname $2" ;; esac\n',
  { mode: 0o755 },
);
const context = { env: { PATH: `${bin}:${process.env.PATH}` }, cwd: bin } as unknown as Context;

/** The forge of a remote: `github`, `gitlab`, `gitea`, `embedded`, or the host that nobody knows. */
async function forgeOf(url: string, settings: Record<string, string> = {}, env = {}): Promise<string> {
  const entries = { 'remote.origin.url': url, ...settings };
  const config = parseConfig(
    Object.entries(entries)
      .map(([key, value]) => `${key}\n${value}\0`)
      .join(''),
  );
  const checkout = { name: 'c', remote: 'origin', config } as unknown as Checkout;
  const here = { ...context, env: { ...context.env, ...env } };
  try {
    await mustKnowForges(here, new Map([['c', checkout]]));
    const meant = checkout.forgeUrl ?? url;
    return addressOf(meant, config, here.env)?.kind ?? 'embedded';
  } catch (error) {
    if (!(error instanceof RealmError)) throw error;
    return /no forge is configured for '([^']+)'/.exec(error.message)?.[1] ?? error.message;
  }
}

t.test('every way to write a repository on GitHub is GitHub', async (test) => {
  for (const url of [
    'https://github.com/org/c.git',
    'https://me@github.com/org/c/',
    'https://GitHub.com/Org/c.git',
    'https://www.github.com/org/c.git',
    'https://github.com:443/org/c.git',
    'git://github.com/org/c.git',
    'git@github.com:org/c.git',
    'ssh://git@github.com:22/org/c.git',
    'ssh://git@ssh.github.com:443/org/c.git',
    'org-1234@github.com:org/c.git',
    'https://acme.ghe.com/org/c.git',
    'git@acme.ghe.com:org/c.git',
    'git@work:org/c.git',
    'work:org/c.git',
  ])
    test.equal(await forgeOf(url), 'github', url);
  test.equal(await forgeOf('gh:org/c.git', { 'url.git@github.com:.insteadOf': 'gh:' }), 'github');
  test.equal(await forgeOf('git@ghe.corp:org/c.git', {}, { GH_HOST: 'ghe.corp' }), 'github');
  test.equal(
    await forgeOf('ssh://git@ghe.corp:2222/org/c.git', { 'realm.githubHost': 'ghe.corp' }),
    'github',
  );
  test.equal(await forgeOf('git@ghe.corp:org/c.git', { 'realm.ghe.corp.forge': 'github' }), 'github');
  test.equal(await forgeOf('git@ghe.corp:org/c.git', { 'realm.forge.ghe.corp': 'github' }), 'github');
});

t.test('a project on GitLab, in however many groups, is on GitLab', async (test) => {
  for (const url of [
    'https://gitlab.com/org/c.git',
    'https://gitlab.com/org/group/sub/c',
    'git@gitlab.com:org/sub/c.git',
  ]) {
    test.equal(await forgeOf(url), 'gitlab', url);
    test.equal(await forgeOf(url, { 'realm.gitlab.com.forge': 'embedded' }), 'embedded', `${url}, as told`);
  }
  test.equal(await forgeOf('ssh://git@altssh.gitlab.com:443/org/c.git'), 'gitlab');
  for (const url of ['git@lab.corp:org/sub/c.git', 'ssh://git@lab.corp:2222/org/c.git']) {
    test.equal(await forgeOf(url), 'lab.corp', url);
    test.equal(await forgeOf(url, { 'realm.lab.corp.forge': 'gitlab' }), 'gitlab');
    test.equal(await forgeOf(url, { 'realm.forge.lab.corp': 'gitlab' }), 'gitlab');
    test.equal(await forgeOf(url, {}, { GITLAB_HOST: 'https://lab.corp/' }), 'gitlab');
    test.equal(await forgeOf(url, { 'realm.other.corp.forge': 'gitlab' }), 'lab.corp');
  }
  test.equal(await forgeOf('https://github.com/org/sub/c.git'), 'github.com', 'GitHub has no subgroups');
  test.equal(await forgeOf('https://gitlab.com.evil.example/org/c.git'), 'gitlab.com.evil.example');
});

t.test(
  'a repository on Codeberg, on gitea.com, or on a host that the user names is on Gitea',
  async (test) => {
    for (const url of [
      'https://codeberg.org/org/c.git',
      'ssh://git@codeberg.org/org/c.git',
      'git@codeberg.org:org/c.git',
      'https://gitea.com/org/c',
    ]) {
      test.equal(await forgeOf(url), 'gitea', url);
      const host = new URL(url.replace(/^git@([^:]+):/, 'ssh://$1/')).hostname;
      test.equal(await forgeOf(url, { [`realm.${host}.forge`]: 'embedded' }), 'embedded', `${url}, as told`);
    }
    for (const url of ['git@tea.corp:org/c.git', 'ssh://git@tea.corp:2222/org/c.git']) {
      test.equal(await forgeOf(url), 'tea.corp', url);
      test.equal(await forgeOf(url, { 'realm.tea.corp.forge': 'gitea' }), 'gitea');
      test.equal(await forgeOf(url, { 'realm.forge.tea.corp': 'forgejo' }), 'gitea');
      test.equal(await forgeOf(url, {}, { GITEA_SERVER_URL: 'https://tea.corp' }), 'gitea');
      const runner = { GITHUB_SERVER_URL: 'https://tea.corp', GITHUB_API_URL: 'https://tea.corp/api/v1' };
      test.equal(await forgeOf(url, {}, runner), 'gitea', 'its runners set the variables of GitHub');
      test.equal(await forgeOf(url, { 'realm.other.corp.forge': 'gitea' }), 'tea.corp');
    }
    test.equal(await forgeOf('https://codeberg.org/org/sub/c.git'), 'codeberg.org', 'it has no subgroups');
  },
);

t.test('a repository on bitbucket.org is on Bitbucket Cloud', async (test) => {
  for (const url of ['https://me@bitbucket.org/org/c.git', 'git@bitbucket.org:org/c.git']) {
    test.equal(await forgeOf(url), 'bitbucket', url);
    test.equal(
      await forgeOf(url, { 'realm.bitbucket.org.forge': 'embedded' }),
      'embedded',
      `${url}, as told`,
    );
  }
});

t.test('nothing is pushed to a main branch on a host whose forge nobody named', async (test) => {
  for (const [url, host] of [
    ['https://bitbucket.corp/scm/org/c.git', 'bitbucket.corp'],
    ['ssh://git@codeberg.org.evil.example/org/c.git', 'codeberg.org.evil.example'],
    ['https://dev.azure.com/org/proj/_git/c', 'dev.azure.com'],
    ['ssh://gerrit.corp:29418/c', 'gerrit.corp'],
    ['git@ghe.corp:org/c.git', 'ghe.corp'],
    ['https://github.com.evil.example/org/c.git', 'github.com.evil.example'],
  ] as const) {
    test.equal(await forgeOf(url), host, url);
    test.equal(await forgeOf(url, { [`realm.${host}.forge`]: 'embedded' }), 'embedded', `${url}, as told`);
  }
});

t.test('a path, and what runs on this machine, keeps its records in the realm', async (test) => {
  for (const url of [
    '/srv/c.git',
    '../c.git',
    'file:///srv/c.git',
    'http://127.0.0.1:8080/c.git',
    'git@box:c.git',
  ])
    test.equal(await forgeOf(url), 'embedded', url);
});
