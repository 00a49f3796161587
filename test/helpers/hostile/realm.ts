import type { Sandbox } from '../world/cli.ts';
import { type Tree, writeTree } from '../world/repo.ts';
import type { Mark } from './poison.ts';

/** Text of a stranger: escapes, lines, bidi, markup, workflow commands, words that look like options. */
const text = (mark: Mark): string =>
  JSON.stringify(
    `--upload-pack=${mark('text')} $(${mark('text-shell')}) \`${mark('text-ticks')}\` \u001b[2J\u202e\n::set-output name=x::y\n<script>`,
  );

/** A realm whose every value is from somebody who would run something where it is read. */
function files(mark: Mark): Tree {
  const odd = text(mark);
  const url = (name: string, value: string): string =>
    `name: ${name}\nmaintainers: [x@example.com]\nurl: ${JSON.stringify(value)}\n`;
  return {
    'realm.yaml':
      'name: hostile\nversion: "1.0.0"\ngovernance: { admission: open, approvers: [eric@example.com] }\n',
    repos: {
      'victim.yaml': 'name: victim\nmaintainers: [eric@example.com]\n',
      'bad.yaml': url('bad', `ext::sh -c ${mark('url-ext').replaceAll(' ', '% ')}`),
      'opt.yaml': url('opt', `--upload-pack=${mark('url-option')}`),
      'ssh.yaml': url('ssh', `ssh://-oProxyCommand=${mark('url-ssh').replaceAll(' ', '%20')}/x`),
      'path.yaml': url('path', './vendor/realm'),
      'file.yaml': url('file', 'file:///vendor/realm'),
    },
    domains: {
      s3: {
        'domain.yaml': `name: s3\nmembers: [victim, bad]\ndescription: ${odd}\n`,
        contracts: {
          'c.yaml': `name: c\nversion: "2.0.0"\nowner: bad\ndescription: ${odd}\nvalue: { read: [${odd}] }\nschema: { type: object, description: ${odd}, pattern: "(a+)+$" }\nchangelog:\n- { version: "2.0.0", date: 2026-01-01, changes: [${odd}] }\n- { version: "1.0.0", date: 2026-01-01 }\n`,
          'v.yaml':
            'name: v\nversion: "1.0.0"\nowner: victim\nvalue: { x: 1 }\nchangelog: [{ version: "1.0.0" }]\n',
        },
        bindings: {
          'victim.yaml':
            'repo: victim\nrole: both\nexports: [{ contract: v, source_files: [v.json], extract: { detector: data, pointer: "" } }]\nimports: [{ contract: c, version: ^1.0.0, binding: use.tf }]\n',
          'bad.yaml': 'repo: bad\nrole: provider\nexports: [{ contract: c }]\n',
        },
      },
      '--upload-pack=x': {
        bindings: { 'ssh.yaml': 'repo: ssh\nrole: consumer\nimports: [{ contract: c, version: "*" }]\n' },
      },
    },
    worktrees: {
      'w.yaml': `name: feat/x\nsource_rfc: ${odd}\ndomains: [s3]\nrepos: [{ name: victim, status: active }, { name: bad }]\nprs: [{ repo: victim, number: 1, url: "javascript:alert(1)" }]\n`,
      'o.yaml': `name: --upload-pack=${mark('branch')}\nrepos: [{ name: --exec=${mark('repo')} }]\n`,
    },
    '.blue': { 'config.yaml': `realm: { name: hostile, url: ${odd} }\nrepo: ${odd}\n` },
    '.gitattributes': '* filter=x diff=x merge=x\n',
    '.gitmodules': `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "${mark('realm-submodule')}"\n\tupdate = !${mark('realm-update')}\n`,
  };
}

/** A bare realm `<name>` in the sandbox, with a proposal, records and an operation under way that are as hostile. */
export async function hostileRealm(box: Sandbox, name: string, mark: Mark): Promise<string> {
  const bare = box.path(name);
  const work = box.path(`${name}-work`);
  await box.git(['init', '-q', '--bare', bare]);
  await box.git(['init', '-q', work]);
  const git = (...args: string[]) => box.git(args, { cwd: work });
  const commit = async (message: string): Promise<void> => {
    await git('add', '-A', '-f');
    await git('commit', '-q', '--allow-empty', '-m', message);
  };
  writeTree(work, files(mark));
  await commit('found the realm');
  await commit(
    `news\n\nRealm-Op: ${JSON.stringify({ verb: `--exec=${mark('verb')}`, by: 'x@example.com', repo: '--x' })}`,
  );
  await git('push', '-q', bare, 'HEAD:refs/heads/main');
  writeTree(work, { repos: { 'later.yaml': 'name: later\nmaintainers: [x@example.com]\n' } });
  const op = { verb: 'publish', by: 'x@example.com', proposed: true, proposal: 'p1' };
  await commit(`proposal: more\n\nRealm-Op: ${JSON.stringify(op)}`);
  await git(
    'notes',
    '--ref=realm',
    'add',
    '-m',
    `{"kind":"rejection","by":"eric@example.com","at":"2026-01-01T00:00:00Z","why":${text(mark)}}`,
  );
  await git('push', '-q', bare, 'HEAD:refs/realm/proposals/p1', 'refs/notes/realm');
  await git('checkout', '-q', '--orphan', 'op');
  await git('rm', '-rfq', '.');
  const step = (kind: string) => ({
    repo: 'victim',
    kind,
    state: 'planned',
    branch: `--exec=${mark('step')}`,
    ref: '--x',
    to: `--upload-pack=${mark('to')}`,
    words: '--x',
  });
  const journal = {
    format: 1,
    id: 'ab12',
    at: '2026-01-01T00:00:00Z',
    state: 'running',
    by: 'eric@example.com',
    verb: 'push',
    branch: 'feat/x',
    words: '--x',
    steps: ['push', 'worktree', 'commit', 'ref'].map(step),
  };
  writeTree(work, { 'journal.json': JSON.stringify(journal) });
  await commit('push feat/x');
  await git('push', '-q', bare, 'HEAD:refs/realm/ops/ab12');
  return bare;
}
