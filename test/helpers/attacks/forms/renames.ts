import { files, mustPass } from '../steps.ts';
import { contract } from '../world.ts';
import { type AttackGroup, change } from './group.ts';

const PATHS = 'domains/s3/contracts/paths.yaml';
const SLOW = 'domains/s3/contracts/slow.yaml';
const renamed = (version: string, read: string, owner = 'aperture') =>
  `${contract(version, read)}formerly: [paths]\n`
    .replace('name: paths', 'name: p2')
    .replace('owner: aperture', `owner: ${owner}`);

/** The contract goes, this one comes, and the binding follows. */
const rename = (form: string, why: RegExp, text: string) =>
  change(form, why, {
    [PATHS]: null,
    'domains/s3/contracts/p2.yaml': text,
    'domains/s3/bindings/aperture.yaml': (binding) => binding.replace('contract: paths', 'contract: p2'),
  });

const repo = (form: string, why: RegExp, from: string, to: string, more: string) =>
  change(form, why, {
    [`repos/${from}.yaml`]: null,
    [`repos/${to}.yaml`]: `name: ${to}\nmaintainers: [mole@example.com]\n${more}`,
  });

const taken = (form: string, owner: string, value = '[a]') =>
  change(form, /only maintainers of aperture/, {
    [SLOW]: (text) =>
      text
        .replace('owner: aperture', `owner: ${owner}`)
        .replace('offered_to: fungal\n', '')
        .replace('[a]', value),
  });

export const renames: AttackGroup[] = [
  {
    name: 'rename a repo into something else',
    by: 'mole',
    because: 'a rename changes the name of your own repo and nothing else',
    forms: [
      repo(
        'with the name of another too',
        /changes its earlier names/,
        'mole',
        'mole2',
        'formerly: [mole, aperture]\n',
      ),
      repo('of another', /only maintainers of aperture/, 'aperture', 'aperture2', 'formerly: [aperture]\n'),
      repo(
        'and change its status',
        /changes both its status and its name/,
        'mole',
        'mole2',
        'formerly: [mole]\nstatus: left\n',
      ),
    ],
  },
  {
    name: 'rename a contract into something else',
    by: 'eric',
    because: 'a renamed contract keeps all its promises',
    forms: [
      rename('and break it', /the change is breaking/, renamed('1.0.1', '"jobs/*"')),
      rename(
        'and give it away',
        /changes both its owner and its name/,
        renamed('1.0.0', '"jobs/*", "runs/*"', 'fungal'),
      ),
    ],
  },
  {
    name: 'offer oneself the contract of another',
    by: 'mole',
    because: "the owner's maintainers offer it",
    forms: [
      change('by its file', /only maintainers of aperture/, {
        [SLOW]: (text) => `${text}offered_to: mole\n`,
      }),
    ],
  },
  {
    name: 'accept an offered contract with changes',
    by: 'fun',
    because: 'the recipient accepts a contract unchanged',
    async prepare(act) {
      const eric = act('eric');
      await eric.fresh();
      files({ [SLOW]: (text) => `${text}offered_to: fungal\n` })(eric);
      await eric.commit('offer');
      mustPass(await eric.push('main'));
    },
    forms: [taken('with another value', 'fungal', '[z]'), taken('for a third', 'mole')],
  },
];
