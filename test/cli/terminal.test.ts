import t from 'tap';
import { paint, visible, visibleJson, wantsColour } from '../../lib/cli/terminal.ts';

t.test('foreign control characters become visible', async (t) => {
  t.equal(visible('a\tb\nc'), 'a\tb\nc');
  t.equal(visible('\x1b]0;owned\x07 \x9b31m'), '\\x1b]0;owned\\x07 \\x9b31m');
  t.equal(visible('\u202egnp.exe'), '\\u202egnp.exe');
  t.equal(visible('grün 漢字 🙂'), 'grün 漢字 🙂');
});

t.test('colours of ours pass only where there is colour', async (t) => {
  const red = paint({ colour: true }, 'red', 'x');
  t.equal(visible(red, true), '\x1b[31mx\x1b[39m');
  t.equal(visible(red), '\\x1b[31mx\\x1b[39m');
  t.equal(visible('\x1b[8mhidden', true), '\\x1b[8mhidden', 'concealed text is not ours');
  t.equal(paint({ colour: false }, 'red', 'x'), 'x');
});

t.test('JSON stays JSON and is safe to show', async (t) => {
  const value = { name: '\u009b\u202e\x1b\x7f' };
  t.same(JSON.parse(visibleJson(value)), value);
  t.notMatch(visibleJson(value), /[\x1b\x7f-\x9f\u202e]/);
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
