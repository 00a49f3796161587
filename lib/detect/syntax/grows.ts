import type { Builder } from './build.ts';
import type { Call } from './ir.ts';

/** `list.append(x)`, `map.setdefault(key, x)`: what a plain variable has from then on. */
export function grows(b: Builder, { callee, args, line, at }: Call): void {
  if (callee.kind !== 'member' || callee.object.kind !== 'name') return;
  const [first, second] = args;
  const { name } = callee.object;
  if (first === undefined || args.some((arg) => arg.name !== undefined)) return;
  if (callee.name === 'setdefault' && second && args.length === 2)
    b.bindEntry(name, first.value, second.value, { line, at }, '[?]');
  else if (/^(?:append|push)$/.test(callee.name) && args.length === 1)
    b.bind(`${name}[+]`, first.value, { line, at });
}
