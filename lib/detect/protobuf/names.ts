import { jsonNameOf } from '../../kinds/protobuf/model/names.ts';

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** What generated code of Go, TypeScript, JavaScript, Python and Java calls a field. */
export function namesOfField(field: string, message: string): string[] {
  const camel = jsonNameOf(field);
  const upper = capital(camel);
  const accessors = [
    'get',
    'set',
    'has',
    'clear',
    'add',
    'addAll',
    'put',
    'putAll',
    'remove',
    'Get',
    'merge',
  ];
  const endings = [
    '',
    'List',
    'Map',
    'Count',
    'Bytes',
    'Builder',
    'Value',
    'OrDefault',
    'OrThrow',
    'OrBuilder',
    '_asU8',
    '_asB64',
  ];
  const own = [field, camel, upper, `${camel}List`, `${camel}Map`, `${message}_${upper}`];
  const called = accessors.flatMap((verb) => endings.map((ending) => `${verb}${upper}${ending}`));
  return [...new Set([...own, ...called])];
}

/** What it calls a message or an enum, whose full name is within a package. */
export function namesOfType(name: string, scope: string): string[] {
  const inner = scope === '' ? name : name.slice(scope.length + 1);
  const parts = inner.split('.');
  return [
    ...new Set([parts.join('_'), parts.at(-1) ?? inner, `${parts.join('_')}Schema`, `${parts.at(-1)}Schema`]),
  ];
}

/** What it calls a client or a server of a service. */
export const namesOfService = (name: string): string[] =>
  [
    '',
    'Client',
    'Stub',
    'Servicer',
    'Grpc',
    'Server',
    'Service',
    'BlockingStub',
    'FutureStub',
    'PromiseClient',
    'ClientImpl',
    'ImplBase',
  ]
    .map((ending) => `${name}${ending}`)
    .concat(
      `New${name}Client`,
      `Register${name}Server`,
      `Unimplemented${name}Server`,
      `add_${name}Servicer_to_server`,
    );

/** What it calls a method. */
export const namesOfMethod = (name: string): string[] => [
  ...new Set([name, name.charAt(0).toLowerCase() + name.slice(1)]),
];

/** What it calls a value of an enum. */
export const namesOfValue = (value: string, type: readonly string[]): string[] => [
  value,
  ...type.map((name) => `${name}_${value}`),
];
