import t from 'tap';
import { everyAttack } from '../helpers/attacks/runs.ts';
import { without } from '../helpers/world/keys.ts';

t.test('behind gitolite the name of its user decides', { skip: without('sshd', 'gitolite') }, (t) =>
  everyAttack(
    t,
    { by: 'gitolite', signed: false },
    /^(change the contract of|forge|rewrite published|take a record|claim|push another)/,
  ),
);
