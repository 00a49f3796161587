import t from 'tap';
import { attackGroups } from '../helpers/attacks/forms/index.ts';
import { everyDoor, everyRefused } from '../helpers/attacks/runner.ts';

t.test('over http, ssh and gitolite nothing is taken but from whom and for what it says', (t) =>
  everyRefused(t, attackGroups.rights, everyDoor),
);
