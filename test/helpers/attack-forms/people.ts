import { type AttackGroup, change, commit, proposal } from './group.ts';

const plan = { 'worktrees/s.yaml': 'name: s\n' };

const almost: [form: string, email: string][] = [
  ['with another address before it', 'eric@example.com,mole@example.com'],
  ['with a Kelvin sign behind it', 'mole@example.com\u212a'],
  ['with a letter of another alphabet', 'mole@ex\u0430mple.com'],
  ['with a plus', 'mole+x@example.com'],
];

export const people: AttackGroup[] = [
  {
    name: "sign with an address that is almost one's own",
    by: 'mole',
    because: 'an address is the same, but for the case of ASCII letters, or it is another',
    forms: almost.map(([form, email]) =>
      commit(form, /its author line says/, plan, { env: { GIT_AUTHOR_EMAIL: email } }),
    ),
  },
  {
    name: 'propose in the name of another',
    by: 'mole',
    because: 'it must be who the login or signature proves',
    forms: [
      commit('by author and committer', /author line says 'eric@example\.com'/, plan, {
        message: proposal('e', 'eric'),
        env: { GIT_AUTHOR_EMAIL: 'eric@example.com', GIT_COMMITTER_EMAIL: 'eric@example.com' },
        push: ['main:refs/realm/proposals/e'],
      }),
      commit('by the operation', /operation says that it is by 'eric@example\.com'/, plan, {
        message: proposal('e', 'eric'),
        push: ['main:refs/realm/proposals/e'],
      }),
    ],
  },
  {
    name: 'give oneself a domain to rule',
    by: 'mole',
    because: 'only approvers of the realm change the rules, also of a domain in which one approves',
    forms: [
      change('with its own rules', /only the realm's approvers may change/, {
        'domains/mine/domain.yaml': 'name: mine\nmembers: [mole]\n',
        'domains/mine/governance.yaml': 'approvers: [mole@example.com]\n',
      }),
      change('by the rules of where one approves', /only the realm's approvers may change/, {
        'domains/back/governance.yaml':
          'approvers: [mole@example.com]\nbreaking_changes: { require_approval: false }\n',
      }),
    ],
  },
];
