import t from 'tap';
import { paint, shown, wantsColour } from '../../lib/cli/terminal.ts';

t.test('colours of ours pass only where there is colour', async (t) => {
  const red = paint({ colour: true }, 'red', 'x');
  t.equal(shown(red, true), '\x1b[31mx\x1b[39m');
  t.equal(shown(red, false), 'x');
  t.equal(shown('\x1b[8mhidden\x1b[32mgood', true), '\\x1b[8mhidden\\x1b[32mgood', 'a colour of strangers');
  t.equal(shown(`${red}\n::error::x`, true), '\x1b[31mx\x1b[39m\n\\x3a:error::x');
  t.equal(paint({ colour: false }, 'red', 'x'), 'x');
});

t.test('when to colour', async (t) => {
  const tty = { isTTY: true };
  t.equal(wantsColour(tty, {}, undefined), true);
  t.equal(wantsColour(tty, { NO_COLOR: '1' }, undefined), false);
  t.equal(wantsColour(tty, { NO_COLOR: '' }, undefined), true);
  t.equal(wantsColour(tty, { TERM: 'dumb' }, undefined), false);
  t.equal(wantsColour({}, {}, undefined), false);
  t.equal(wantsColour({}, { NO_COLOR: '1' }, true), true);
});
