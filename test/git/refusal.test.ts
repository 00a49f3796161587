import t from 'tap';
import { refusalOf } from '../../lib/git/refusal.ts';

/** What servers really say, by kind. */
const said: [kind: string, stdout: string, stderr: string, why: RegExp][] = [
  [
    'rule',
    'To https://github.com/o/r\n!\tabc:refs/heads/main\t[remote rejected] (protected branch hook declined)\nDone\n',
    'remote: error: GH006: Protected branch update failed for refs/heads/main.\n',
    /protected branch hook declined/,
  ],
  [
    'rule',
    '!\tabc:refs/heads/main\t[remote rejected] (pre-receive hook declined)\n!\tx:refs/notes/realm\t[rejected] (atomic push failed)\n',
    'remote: refused: only maintainers of b may change it\n',
    /only maintainers of b may change it/,
  ],
  ['outrun', '!\tabc:refs/heads/main\t[rejected] (fetch first)\nDone\n', '', /fetch first/],
  ['outrun', '!\tabc:refs/heads/x\t[rejected] (stale info)\nDone\n', '', /stale info/],
  ['outrun', "!\tabc:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main')\n", '', /lock/],
  [
    'access',
    '',
    "remote: Permission to o/r.git denied to bob.\nfatal: unable to access 'https://x/': The requested URL returned error: 403\n",
    /403/,
  ],
  [
    'access',
    '',
    'ERROR: Permission to o/r.git denied to bob.\nfatal: Could not read from remote repository.\n',
    /./,
  ],
  ['access', '', 'FATAL: W any r bob DENIED by fallthru\n', /DENIED/],
  ['access', '', 'remote: You are not allowed to push code to this project.\n', /./],
  ['login', '', "fatal: Authentication failed for 'https://x/'\n", /Authentication failed/],
  ['login', '', 'git@x: Permission denied (publickey).\n', /publickey/],
  ['network', '', 'fatal: the remote end hung up unexpectedly\n', /hung up/],
  ['network', '', "fatal: unable to access 'https://x/': Could not resolve host: x\n", /resolve host/],
  ['network', '', 'error: RPC failed; HTTP 503 curl 22 The requested URL returned error: 503\n', /503/],
];

t.test('what servers say is told apart', async (test) => {
  for (const [kind, stdout, stderr, why] of said) {
    const refusal = refusalOf({ stdout, stderr });
    test.equal(refusal.kind, kind, stdout + stderr);
    test.match(refusal.why, why);
  }
});
