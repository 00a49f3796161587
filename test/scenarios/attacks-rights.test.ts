import t from 'tap';
import { everyForm } from '../helpers/attacks/doors.ts';
import { attackGroups } from '../helpers/attacks/forms/index.ts';

t.test('over http, ssh and gitolite nothing is taken but from whom and for what it says', (t) =>
  everyForm(t, attackGroups.rights),
);
