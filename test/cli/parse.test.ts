import t from 'tap';
import { command, verb } from '../../lib/cli/command.ts';
import { parse } from '../../lib/cli/parse.ts';
import { RealmError } from '../../lib/errors.ts';

const run = () => ({});
const exported = command({
  name: 'export',
  summary: 'Offer a contract',
  args: [
    { name: 'name', summary: 'the contract', optional: true },
    { name: 'more', summary: 'others', optional: true, repeat: true },
  ],
  options: [
    { name: 'version', value: '<semver>', summary: 'its version' },
    { name: 'message', alias: 'm', value: '<text>', summary: 'why' },
    { name: 'source', value: '<pathspec>', repeat: true, summary: 'a source' },
    { name: 'dry-run', alias: 'n', summary: 'change nothing' },
    { name: 'link', negatable: true, default: true, summary: 'link' },
    { name: 'notify', negatable: true, summary: 'notify' },
    { name: 'detect', value: '[detector]', summary: 'find it in the code' },
    { name: 'format', value: '<format>', default: 'text', summary: 'how' },
  ],
  run,
});
const domain = command({
  name: 'domain',
  summary: 'Manage domains',
  defaultVerb: 'list',
  verbs: [
    verb({ name: 'create', summary: 'make one', args: [{ name: 'name', summary: 'its name' }], run }),
    verb({ name: 'list', summary: 'show all', options: [{ name: 'all', summary: 'archived too' }], run }),
  ],
});
const exec = command({
  name: 'exec',
  summary: 'Run',
  rest: { name: '<command>', summary: 'what to run' },
  run,
});

const read = (...argv: string[]) => parse(exported, argv);
const refused = (
  given: typeof exported,
  ...argv: string[]
): { message: string; hint: string | undefined } => {
  try {
    parse(given, argv);
  } catch (error) {
    if (error instanceof RealmError && error.exitCode === 129)
      return { message: error.message, hint: error.hint };
    throw error;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
};

t.test('values stay the strings that were typed', async (t) => {
  for (const value of [
    '1.10',
    '0123456',
    '1e23',
    '-1',
    '--x',
    '',
    '=',
    'true',
    'yes',
    '{"a":1}',
    '__proto__',
    'a.b',
  ])
    for (const argv of [['--version', value], [`--version=${value}`], ['-m', value, '--version', value]])
      t.equal(read(...argv).options.version, value, argv.join(' '));
  t.equal(read('-mwhy').options.message, 'why');
  t.same(read('0123', '1e5', '-', '--', '-n', '0x10').args, {
    name: '0123',
    more: ['1e5', '-', '-n', '0x10'],
  });
  t.same(read('--dry-run', '007').args, { name: '007', more: [] });
  t.equal(read('--version', '1.0', '--version', '2.0').options.version, '2.0', 'the last one counts');
});

t.test('flags, lists and defaults', async (t) => {
  t.match(read().options, {
    dryRun: false,
    link: true,
    notify: undefined,
    source: [],
    format: 'text',
    detect: undefined,
  });
  t.match(read('-n', '--no-link', '--no-notify').options, { dryRun: true, link: false, notify: false });
  t.same(read('--source', 'a', '--source=b').options.source, ['a', 'b']);
  t.equal(read('--detect').options.detect, true);
  t.equal(read('--detect=s3-paths').options.detect, 's3-paths');
});

t.test('global options stand anywhere', async (t) => {
  t.match(parse(domain, ['--json', '-C', 'x', 'list', '-Cy', '--no-color', '--all']), {
    global: { json: true, directory: ['x', 'y'], color: false, quiet: false, help: undefined },
    action: { name: 'list' },
    options: { all: true },
  });
  t.equal(read('-h', 'x').global.help, 'usage');
  t.equal(read('--help').global.help, 'manual');
});

t.test('verbs', async (t) => {
  t.equal(parse(domain, []).action.name, 'list');
  t.equal(parse(domain, ['--all']).action.name, 'list');
  t.match(parse(domain, ['create', 'list']), { action: { name: 'create' }, args: { name: 'list' } });
  t.same(refused(domain, 'craete', 'x'), {
    message: "unknown subcommand 'craete' of 'git realm domain'",
    hint: "did you mean 'git realm domain create'?",
  });
});

t.test('what follows -- belongs to the program that is run', async (t) => {
  t.same(parse(exec, ['--json', '--', 'ls', '-h', '--json']).rest, ['ls', '-h', '--json']);
});

t.test('what is not understood is named, and nothing runs', async (t) => {
  t.same(refused(exported, '--dry-rnu'), {
    message: "unknown option '--dry-rnu' for 'git realm export'",
    hint: "did you mean '--dry-run'?",
  });
  t.match(refused(exported, '-x').message, "unknown option '-x'");
  t.match(refused(exported, '--__proto__=1').message, "unknown option '--__proto__'");
  t.match(refused(exported, '--dry-run=yes').message, "option '--dry-run' takes no value");
  t.match(refused(exported, '--version').message, "option '--version' needs a value: <semver>");
  t.match(refused(domain, 'create').message, "'git realm domain create' needs <name>: its name");
  t.match(refused(domain, 'create', 'a', 'b').message, "unexpected argument 'b'");
});
