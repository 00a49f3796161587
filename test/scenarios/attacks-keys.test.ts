import t from 'tap';
import { files } from '../helpers/attacks/steps.ts';
import { type Actor, attackWorld } from '../helpers/attacks/world.ts';
import { endGpg, gpgKey, sshKey, without } from '../helpers/world/keys.ts';

const skip = without('sshd', 'gpg');
const change = files({ 'repos/aperture.yaml': (text) => `${text}url: https://example.com/a.git\n` });

/** A realm over ssh that requires signatures, where the approver changes whose keys count. */
async function keyWorld(t: Parameters<typeof attackWorld>[0]) {
  const world = await attackWorld(t, { by: 'ssh', signed: true });
  const boss = world.act('boss');
  const allowed = (await world.box.git(['-C', world.bare, 'show', 'main:trust/allowed_signers'])).stdout;
  const trust = async (files: Record<string, string>): Promise<void> => {
    await boss.fresh();
    boss.write(files);
    await boss.commit('trust');
    t.equal((await boss.push('main')).code, 0);
  };
  const refused = async (name: string, why: RegExp, me: Actor): Promise<void> => {
    const before = await world.refs();
    const pushed = await me.push('main');
    t.not(pushed.code, 0, name);
    t.match(pushed.stderr, why, name);
    t.equal(await world.refs(), before, `${name}: refs`);
  };
  return { ...world, allowed, trust, refused };
}

t.test('a line of allowed signers lets in for what it says, and nobody else', { skip }, async (t) => {
  const { box, act, allowed, trust, refused } = await keyWorld(t);
  const key = await sshKey(box, 'another-key');
  const eric = act('eric', key);
  for (const [line, why] of [
    [`eric@example.com namespaces="file" ${key.public}`, /its signature is not valid|does not match/],
    [`eric@example.com valid-after="20990101" ${key.public}`, /has expired, or is not valid yet/],
    [`!eric@example.com,*@example.com ${key.public}`, /not of 'eric@example\.com'/],
    [`boss@example.com,eric@example.net ${key.public}`, /a key of 'boss@example\.com'/],
  ] as const) {
    await trust({ 'trust/allowed_signers': `${allowed}${line}\n` });
    await eric.fresh();
    change(eric);
    await eric.commit('by another key');
    await refused(line, why, eric);
  }
  await trust({
    'trust/allowed_signers': `${allowed}eric@example.com valid-after="20990101" ${key.public}\n`,
  });
  await eric.fresh();
  change(eric);
  await eric.commit('dated into its time', { GIT_COMMITTER_DATE: '@4102444800 +0000' });
  await refused('dated into its time', /has expired, or is not valid yet|in the future/, eric);
});

t.test('a certificate counts for the person and the time that it says', { skip }, async (t) => {
  const { box, act, allowed, trust, refused } = await keyWorld(t);
  const authority = await sshKey(box, 'authority');
  const { file } = await sshKey(box, 'certified');
  await trust({
    'trust/allowed_signers': `${allowed.replace(/^eric@.*\n/m, '')}*@example.com cert-authority ${authority.public}\n`,
  });
  const eric = act('eric', { file: `${file}-cert.pub`, public: '' });
  const certify = async (principals: string, validity: string): Promise<void> => {
    const args = ['-q', '-s', authority.file, '-I', 'id', '-n', principals, '-V', validity, `${file}.pub`];
    await box.run('ssh-keygen', args);
    await eric.fresh();
    change(eric);
    await eric.commit('by certificate', { GIT_COMMITTER_DATE: `@${Math.floor(Date.now() / 1000)} +0000` });
  };
  for (const [name, principals, validity, why] of [
    ['expired', 'eric@example.com', '-10d:-5d', /not among the allowed signers|has expired/],
    ['of another person', 'mole@example.com', '-1d:+1d', /a key of 'mole@example\.com', not of 'eric/],
    ['of a pattern', '*@example.com', '-1d:+1d', /not of 'eric@example\.com'/],
  ] as const) {
    await certify(principals, validity);
    await refused(name, why, eric);
  }
  await certify('eric@example.com', '-1d:+1d');
  t.equal((await eric.push('main')).code, 0, 'a certificate that is valid');
});

t.test('a gpg key counts where the realm holds it, for its own address', { skip }, async (t) => {
  const { box, act, trust, refused } = await keyWorld(t);
  const liar = await gpgKey(box, 'eric@example.com', { name: 'liar' });
  const mole = await gpgKey(box, 'mole@example.com', { name: 'mole-gpg' });
  t.teardown(async () => {
    await endGpg(box, liar.home);
    await endGpg(box, mole.home);
  });
  await trust({ 'trust/gpg/mole@example.com.asc': mole.public });
  const eric = act('eric', null);
  for (const [name, key, why] of [
    ['a key that the realm does not hold', liar, /not in 'trust\/gpg\/'/],
    ['the key of another', mole, /a key of 'mole@example\.com', not of 'eric/],
  ] as const) {
    await eric.fresh();
    change(eric);
    const [by, env] = [`user.signingKey=${key.fingerprint}`, { GNUPGHOME: key.home }];
    await eric.git('add', '-A');
    await box.git(['-c', by, 'commit', '-q', '-S', '-m', name], {
      cwd: 'eric',
      env: {
        ...env,
        GIT_AUTHOR_NAME: 'eric',
        GIT_AUTHOR_EMAIL: 'eric@example.com',
        GIT_COMMITTER_NAME: 'eric',
        GIT_COMMITTER_EMAIL: 'eric@example.com',
      },
    });
    await refused(name, why, eric);
  }
});
