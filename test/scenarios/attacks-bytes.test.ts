import t from 'tap';
import { everyForm } from '../helpers/attacks/doors.ts';
import { attackGroups } from '../helpers/attacks/forms/index.ts';

t.test('over http, ssh and gitolite nothing is taken that git or a realm would not have written', (t) =>
  everyForm(t, attackGroups.bytes),
);
