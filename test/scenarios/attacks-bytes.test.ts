import t from 'tap';
import { attackGroups } from '../helpers/attacks/forms/index.ts';
import { everyDoor, everyRefused } from '../helpers/attacks/runner.ts';

t.test('over http, ssh and gitolite nothing is taken that git or a realm would not have written', (t) =>
  everyRefused(t, attackGroups.bytes, everyDoor),
);
