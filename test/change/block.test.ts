import t from 'tap';
import { replaceBlock } from '../../lib/change/block.ts';

t.test('one block, and no other byte of a body is touched', async (test) => {
  const bodies = ['', 'text', 'text\n', 'text\r\n\r\nmore', '  # é\n\n\n', '<!-- git-realm:begin --> half'];
  for (const body of bodies) {
    const once = replaceBlock(body, 'ONE');
    const twice = replaceBlock(once, 'TWO');
    test.equal(twice, once.replace('ONE', 'TWO'), JSON.stringify(body));
    test.ok(once.startsWith(body), 'what a person wrote stands before it');
    test.equal(replaceBlock(once, 'ONE'), once, 'a second time changes nothing');
  }
  const edited = `before\n\n${replaceBlock('', 'ONE')}\n\nafter, by hand\n`;
  const next = replaceBlock(edited, 'TWO');
  test.equal(next, edited.replace('ONE', 'TWO'));
  test.equal(replaceBlock(`text\n\n${replaceBlock('', 'X')}`, null), 'text');
  const copied = `${replaceBlock('', 'A')}\nmid\n${replaceBlock('', 'B')}\nend`;
  test.equal(replaceBlock(copied, 'C').match(/git-realm:begin/g)?.length, 1);
  test.match(replaceBlock(copied, 'C'), /mid\n\nend$/);
});
