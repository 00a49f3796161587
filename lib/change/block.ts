const BEGIN = '<!-- git-realm:begin -->';
const END = '<!-- git-realm:end -->';

/**
 * The body with our one marked block in it replaced, added behind, or (`null`) taken away; every other byte stays. A second
 * block, from a body that was copied, goes.
 */
export function replaceBlock(body: string, block: string | null): string {
  const text = block === null ? '' : `${BEGIN}\n${block.trim()}\n${END}`;
  const found = blockIn(body);
  if (found === undefined) {
    if (text === '') return body;
    return body === '' ? text : `${body}${body.endsWith('\n') ? '\n' : '\n\n'}${text}`;
  }
  const before = body.slice(0, found.start);
  const rest = withoutBlocks(body.slice(found.end));
  return (text === '' ? before.replace(/\n{1,2}$/, '') : before + text) + rest;
}

function withoutBlocks(text: string): string {
  const found = blockIn(text);
  return found === undefined ? text : withoutBlocks(text.slice(0, found.start) + text.slice(found.end));
}

/** The first end mark with the last begin mark before it: half a block, left by a hand, is text. */
function blockIn(text: string): { start: number; end: number } | undefined {
  for (let at = text.indexOf(END); at >= 0; at = text.indexOf(END, at + 1)) {
    const start = text.lastIndexOf(BEGIN, at);
    if (start >= 0) return { start, end: at + END.length };
  }
  return undefined;
}
