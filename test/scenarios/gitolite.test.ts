import t from 'tap';
import { attacks } from '../helpers/attacks/catalogue.ts';
import { everyRefused, groupOf } from '../helpers/attacks/runner.ts';
import { without } from '../helpers/world/keys.ts';

t.test('behind gitolite the name of its user decides', { skip: without('sshd', 'gitolite') }, (t) => {
  const about = /^(change the contract of|forge|rewrite published|take a record|claim|push another)/;
  const groups = attacks.filter(({ name }) => about.test(name)).map((attack) => groupOf(attack));
  t.ok(groups.length > 4);
  return everyRefused(t, groups, { doors: ['gitolite'] });
});
