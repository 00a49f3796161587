import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A command that leaves a mark where it is run: nobody should ever find one. */
export type Mark = (name: string) => string;

/** Settings that make git run a program, or fetch from where one runs, in a repository that is not the user's own. */
export const hostileConfig = (mark: Mark, folder: string): string => `[core]
	repositoryformatversion = 1
	sshCommand = ${mark('sshCommand')}; false
	fsmonitor = ${mark('fsmonitor')}; false
	hooksPath = ${folder}/hooks
	pager = ${mark('pager')}
	editor = ${mark('editor')}
	askPass = ${folder}/askpass
	alternateRefsCommand = ${mark('alternateRefsCommand')}
	gitProxy = ${folder}/git-proxy
	attributesFile = ${folder}/attributes
[remote "origin"]
	url = ssh://localhost/x
	fetch = +refs/heads/*:refs/remotes/origin/*
	uploadpack = ${mark('uploadpack')}; false
	receivepack = ${mark('receivepack')}; false
[remote "helper"]
	url = ext::sh -c "${mark('ext')}"
[protocol "ext"]
	allow = always
[protocol "file"]
	allow = always
[url "ext::sh -c ${mark('insteadOf').replaceAll(' ', '% ')} #"]
	insteadOf = https://
	pushInsteadOf = https://
[credential]
	helper = "!${mark('credential')}"
[diff]
	external = ${mark('diff-external')}
[diff "x"]
	textconv = ${mark('textconv')}; cat
	command = ${mark('diff-command')}
[merge "x"]
	driver = ${mark('merge-driver')}
[filter "x"]
	clean = ${mark('clean')}; cat
	smudge = ${mark('smudge')}; cat
	process = ${mark('filter-process')}
[gpg]
	program = ${folder}/gpg
[gpg "ssh"]
	program = ${folder}/gpg
	defaultKeyCommand = ${mark('defaultKeyCommand')}
[commit]
	gpgSign = true
[sequence]
	editor = ${mark('sequence-editor')}
[interactive]
	diffFilter = ${mark('diffFilter')}
[trailer "x"]
	key = X
	command = ${mark('trailer')}
	ifmissing = add
[submodule "x"]
	update = "!${mark('submodule')}"
	url = ext::sh -c "${mark('submodule-url')}"
[uploadpack]
	packObjectsHook = ${mark('packObjectsHook')}
[init]
	templateDir = ${folder}/template
[realm]
	allowKind = x
[alias]
	log = "!${mark('alias-log')}"
	x = "!${mark('alias-x')}"
	realm = "!${mark('alias-realm')}"
[pager]
	log = ${mark('pager-log')}
	diff = ${mark('pager-diff')}
[include]
	path = ${folder}/more
[includeIf "gitdir:/**"]
	path = ${folder}/more
`;

/** Settings that make git fetch, from where a program runs, whatever object it lacks. */
export const PARTIAL = `[extensions]
	partialClone = origin
[remote "origin"]
	promisor = true
	partialclonefilter = blob:none
`;

/** Every hook that git 2.39 knows (githooks(5)). */
const hooks = [
  'applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit',
  'pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update',
  'reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman',
  'post-index-change p4-changelist p4-prepare-changelist p4-post-changelist p4-pre-submit',
].flatMap((line) => line.split(' '));

/**
 * Makes a git directory hostile: its configuration, what that names, hooks, attributes, and our own cache in it. `more`: what
 * stands in the configuration besides.
 */
export function poison(gitDir: string, mark: Mark, more = ''): void {
  const folder = join(gitDir, 'evil');
  mkdirSync(join(folder, 'hooks'), { recursive: true });
  mkdirSync(join(gitDir, 'hooks'), { recursive: true });
  mkdirSync(join(gitDir, 'info'), { recursive: true });
  mkdirSync(join(gitDir, 'realm'), { recursive: true });
  for (const hook of hooks)
    for (const into of [join(folder, 'hooks'), join(gitDir, 'hooks')])
      program(join(into, hook), mark(`hook-${hook}`));
  for (const name of ['askpass', 'gpg', 'git-proxy']) program(join(folder, name), mark(name));
  writeFileSync(join(folder, 'attributes'), ATTRIBUTES);
  writeFileSync(join(gitDir, 'info', 'attributes'), ATTRIBUTES);
  writeFileSync(join(folder, 'more'), `[core]\n\tsshCommand = ${mark('included')}\n`);
  writeFileSync(join(gitDir, 'config'), `${more}${hostileConfig(mark, folder)}`);
  writeFileSync(join(gitDir, 'realm', 'asks'), `-c\nalias.x=!${mark('asks')}\nx\n\n`);
}

const ATTRIBUTES = '* filter=x diff=x merge=x\n';

/** An executable that leaves its mark. */
export function program(file: string, command: string): void {
  writeFileSync(file, `#!/bin/sh\n${command}\nexit 1\n`);
  chmodSync(file, 0o755);
}

/** Programs that somebody could look for where he stands. */
const programs =
  'git node sh env ssh gpg gpg2 ssh-keygen gh npm npx man less vi xdg-open git-realm git-realm-x git-realm-status git-realm-kind-x git-remote-x git-credential-x'.split(
    ' ',
  );

/** The tree of a repository whose author would run something on every machine that has a clone. */
export function hostileTree(top: string, mark: Mark): void {
  const write = (name: string, text: string): void => {
    mkdirSync(join(top, name, '..'), { recursive: true });
    writeFileSync(join(top, name), text);
  };
  for (const name of programs) program(join(top, name), mark(`here-${name}`));
  mkdirSync(join(top, 'node_modules', '.bin'), { recursive: true });
  for (const name of programs) program(join(top, 'node_modules', '.bin', name), mark(`bin-${name}`));
  for (const name of ['yaml', 'execa', 'ajv', 'cac', 'semver', 'graphql']) {
    write(`node_modules/${name}/package.json`, `{ "name": "${name}", "main": "index.js" }`);
    write(
      `node_modules/${name}/index.js`,
      `require('node:child_process').execSync(${JSON.stringify(mark(`module-${name}`))})`,
    );
  }
  const script = mark('npm-script');
  const scripts = ['preinstall', 'install', 'postinstall', 'prepare', 'prepack', 'test', 'build', 'start'];
  write(
    'package.json',
    JSON.stringify({
      name: 'x',
      bin: './git',
      scripts: Object.fromEntries(scripts.map((name) => [name, script])),
    }),
  );
  write('.npmrc', `script-shell=${top}/sh\nnode-options=--require=${top}/evil.js\n`);
  write('evil.js', `require('node:child_process').execSync(${JSON.stringify(mark('evil-js'))})`);
  write('.gitattributes', ATTRIBUTES);
  write(
    '.gitmodules',
    `[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "${mark('gitmodules')}"\n\tupdate = !${mark('gitmodules-update')}\n`,
  );
  write('.husky/pre-commit', `${mark('husky')}\n`);
  chmodSync(join(top, '.husky', 'pre-commit'), 0o755);
  write('lefthook.yml', `pre-commit:\n  commands:\n    x:\n      run: ${mark('lefthook')}\n`);
  write(
    '.pre-commit-config.yaml',
    `repos:\n- repo: local\n  hooks:\n  - { id: x, name: x, language: system, entry: "${mark('pre-commit')}" }\n`,
  );
  write('.envrc', `${mark('envrc')}\n`);
  write('v.json', '{"x":2}');
  write('use.tf', 'resource "aws_iam_policy" "p" {}\n');
}
