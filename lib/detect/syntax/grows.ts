import type { Builder } from './build.ts';
import type { Call } from './ir.ts';

/** `list.append(x)`, `list.push(x, y)`, `set.add(x)`, `map.setdefault(key, x)`: what a plain variable, or a field, has from then on. */
export function grows(b: Builder, { callee, args, line, at }: Call): void {
  if (callee.kind !== 'member') return;
  const [first, second] = args;
  const { object } = callee;
  if (first === undefined || args.some((arg) => arg.name !== undefined)) return;
  const { line: row, at: offset } = first.value;
  const added = /^(?:append|push|add)$/.test(callee.name)
    ? first.value
    : /^(?:extend|update)$/.test(callee.name)
      ? ({ kind: 'spread', of: first.value, line: row, at: offset } as const)
      : undefined;
  const ofSelf =
    object.kind === 'member' && object.object.kind === 'name' && /^(?:self|this)$/.test(object.object.name);
  if (added && args.length === 1 && ofSelf && b.owner)
    b.bind(`${object.name}[+]`, added, { line, at }, b.owner);
  if (object.kind !== 'name') return;
  if (callee.name === 'setdefault' && second && args.length === 2)
    b.bindEntry(object.name, first.value, second.value, { line, at }, '[?]');
  else if (added && args.length === 1) b.bind(`${object.name}[+]`, added, { line, at });
  else if (callee.name === 'push')
    for (const { value } of args) b.bind(`${object.name}[+]`, value, { line, at });
}
