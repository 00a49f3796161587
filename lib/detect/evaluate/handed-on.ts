import type { Argument, Call, Expr } from '../syntax/ir.ts';
import { calleeName } from './scopes.ts';

/** Calls that another function makes of one that it is given: `pool.map(fetch, KEYS)`, `submit(fetch, key)`, `keys.map(fetch)`. */
export function handedOn(call: Call): Call[] {
  const name = calleeName(call);
  const { line, at, block, callee } = call;
  const made = (target: Expr, args: Argument[]): Call => ({
    kind: 'call',
    callee: target,
    args,
    block,
    line,
    at,
  });
  const isName = (expr: Expr | undefined): expr is Expr => expr?.kind === 'name' || expr?.kind === 'member';
  const each = (of: Expr): Argument => ({ value: { kind: 'each', of, take: 'element', line, at } });
  const positional = call.args.filter((arg) => arg.name === undefined);
  const [first, ...rest] = positional;
  if (
    /^(?:map|imap|imap_unordered|map_async|forEach|flatMap|for_each|process_map|thread_map)$/.test(name) &&
    isName(first?.value)
  ) {
    if (rest.length > 0)
      return [
        made(
          first.value,
          rest.map((arg) => each(arg.value)),
        ),
      ];
    return callee.kind === 'member' ? [made(first.value, [each(callee.object)])] : [];
  }
  if (
    /^(?:submit|to_thread|partial|apply_async|call_soon|spawn_blocking|start_soon)$/.test(name) &&
    isName(first?.value)
  )
    return [made(first.value, [...rest, ...call.args.filter((arg) => arg.name !== undefined)])];
  // Pulumi's outputs; a function's own `apply` has what it is bound to before the arguments.
  if (name === 'apply' && callee.kind === 'member' && call.args.length === 1 && isName(first?.value))
    return first.value.kind === 'name' && first.value.name === 'this'
      ? []
      : [made(first.value, [{ value: callee.object }])];
  if (name === 'run_in_executor' && isName(rest[0]?.value)) return [made(rest[0].value, rest.slice(1))];
  const target = call.args.find((arg) => arg.name === 'target')?.value;
  const given = call.args.find((arg) => arg.name === 'args')?.value;
  if (!isName(target) || given?.kind !== 'list') return [];
  return [
    made(
      target,
      given.items.map((value) => ({ value })),
    ),
  ];
}
