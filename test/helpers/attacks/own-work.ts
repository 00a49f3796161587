import type { Test } from 'tap';
import { files } from './steps.ts';
import { attackWorld, contract, type Person, type Served, slow } from './world.ts';

const works: [Person, string, Record<string, string | ((text: string) => string) | null>][] = [
  [
    'eric',
    'publish on top of what is not in effect yet',
    {
      'domains/s3/contracts/slow.yaml': slow(
        '2.1.0',
        '  - { version: "2.0.0", effective_at: 2099-01-01T00:00:00Z }\n',
      ),
    },
  ],
  [
    'eric',
    'publish what is compatible',
    {
      'domains/s3/contracts/paths.yaml': contract(
        '1.1.0',
        '"jobs/*", "runs/*", "x/*"',
        '  - { version: "1.1.0" }\n',
      ),
    },
  ],
  ['fun', 'record an import', { 'domains/s3/bindings/fungal.yaml': (text) => `${text}  status: current\n` }],
  [
    'eric',
    'bring a member',
    {
      'domains/s3/domain.yaml': 'name: s3\nmembers: [aperture, fungal, mole]\n',
      'domains/s3/bindings/mole.yaml': 'repo: mole\nrole: consumer\n',
    },
  ],
  [
    'mole',
    'import',
    {
      'domains/s3/bindings/mole.yaml':
        'repo: mole\nrole: consumer\nimports:\n- contract: paths\n  version: ^1.0.0\n',
    },
  ],
  [
    'mole',
    'create a domain with a repo that has not joined',
    {
      'domains/own/domain.yaml': 'name: own\nmembers: [mole, later]\n',
      'domains/own/bindings/mole.yaml': 'repo: mole\nrole: provider\nexports:\n- contract: c\n',
      'domains/own/bindings/later.yaml': 'repo: later\nrole: consumer\n',
      'domains/own/contracts/c.yaml': 'name: c\nversion: "1.0.0"\nowner: mole\n',
    },
  ],
  ['fun', 'plan a change set', { 'worktrees/feat.yaml': 'name: feat\n' }],
  ['boss', 'admit a repo', { 'repos/later.yaml': 'name: later\nmaintainers: [later@example.com]\n' }],
  [
    'boss',
    'change the rules',
    { 'domains/s3/governance.yaml': 'breaking_changes: { require_approval: false }\n' },
  ],
  [
    'eric',
    'break where the rules let him',
    {
      'domains/s3/contracts/paths.yaml': contract(
        '2.0.0',
        '"jobs/*"',
        '  - { version: "2.0.0" }\n  - { version: "1.1.0" }\n',
      ),
    },
  ],
];

/** Each organisation does all of its own work. */
export async function ownWork(t: Test, served: Served): Promise<void> {
  const { act } = await attackWorld(t, served);
  for (const [who, name, changes] of works) {
    const me = act(who);
    await me.fresh();
    files(changes)(me);
    await me.commit(name);
    const pushed = await me.push('main');
    t.equal(pushed.code, 0, `${who}: ${name} ${pushed.stderr}`);
  }
}
