import t from 'tap';
import { mustNotCloseCycle, mustNotCloseDomainCycle } from '../../lib/realm/cycles.ts';
import { realmView } from '../helpers/values/realm-view.ts';

const domain = (
  name: string,
  provider: string,
  consumer: string,
  imports = true,
): Record<string, string> => ({
  [`domains/${name}/domain.yaml`]: `name: ${name}\nmembers: [${provider}, ${consumer}]\n`,
  [`domains/${name}/contracts/of-${provider}.yaml`]: `name: of-${provider}\nversion: 1.0.0\nowner: ${provider}\n`,
  [`domains/${name}/bindings/${provider}.yaml`]: `repo: ${provider}\nrole: provider\n`,
  [`domains/${name}/bindings/${consumer}.yaml`]: `repo: ${consumer}\nrole: consumer\n${
    imports ? `imports:\n- contract: of-${provider}\n  version: ^1.0.0\n` : ''
  }`,
});

t.test('an import that closes a cycle is refused with the cycle spelled out', async (t) => {
  const model = realmView({
    ...domain('one', 'a', 'b'),
    ...domain('two', 'b', 'c'),
    ...domain('three', 'c', 'a', false),
  });
  t.throws(() => mustNotCloseCycle(model, 'a', 'three', 'of-c'), {
    code: 'dependency-cycle',
    exitCode: 1,
    message:
      "'a' cannot import 'three/of-c': it would close a dependency cycle: a needs three/of-c of c, which needs two/of-b of b, which needs one/of-a of a",
  });
  t.throws(
    () =>
      mustNotCloseCycle(
        realmView({ ...domain('one', 'a', 'b'), ...domain('two', 'b', 'a', false) }),
        'a',
        'two',
        'of-b',
      ),
    {
      code: 'dependency-cycle',
    },
  );
});

t.test('what closes nothing goes through', async (t) => {
  const model = realmView({
    ...domain('s3-access', 'aperture', 'fungal'),
    ...domain('training', 'fungal', 'ml', false),
  });
  mustNotCloseCycle(model, 'ml', 'training', 'of-fungal');
  mustNotCloseCycle(model, 'fungal', 'training', 'of-fungal');
  mustNotCloseCycle(model, 'fungal', 's3-access', 'of-aperture');
  t.pass('a consumer here may provide there');
  const cyclic = realmView({ ...domain('one', 'a', 'b'), ...domain('two', 'b', 'a') });
  mustNotCloseCycle(cyclic, 'a', 'two', 'of-b');
  t.pass('an import that is there may be changed');
});

t.test('a domain whose roles close a circle of repos is refused; two repos may swap roles', async (t) => {
  const model = realmView({ ...domain('one', 'a', 'b', false), ...domain('two', 'b', 'c', false) });
  t.throws(() => mustNotCloseDomainCycle(model, 'three', ['c'], ['a']), {
    code: 'dependency-cycle',
    message: /a depends on c in three, which depends on b in two, which depends on a in one$/,
  });
  mustNotCloseDomainCycle(model, 'back', ['b'], ['a']);
  mustNotCloseDomainCycle(model, 'more', ['a'], ['c']);
});
