import type { Language } from '../syntax/ir.ts';

/** Functions of standard libraries and SDKs by what they do to texts, lists and paths. */

/** Types whose call is a path of all that it is given. */
export const pathTypes = /(?:^|\.)(?:(?:Pure)?(?:Posix)?Path|S3Path|CloudPath|AnyPath|UPath)$/;

/** Functions that join paths. */
export const joiners = new Set([
  'os.path.join',
  'posixpath.join',
  'path.join',
  'path.Join',
  'filepath.Join',
  'url.JoinPath',
  'Paths.get',
  'Path.of',
  'joinpath',
  'urljoin',
]);

/** Functions that give what they are given, as far as texts and lists go. */
export const wrappers = new Set([
  'str',
  'String',
  'String.valueOf',
  'string',
  'aws.String',
  'aws.ToString',
  'aws.StringValue',
  'ptr.String',
  'pulumi.String',
  'jsii.String',
  'to.Ptr',
  'Some',
  'Ok',
  'String.from',
  'Cow.from',
  'PathBuf.from',
  'Path.new',
  'Template',
  'string.Template',
  'encodeURIComponent',
  'decodeURIComponent',
  'quote',
  'urllib.parse.quote',
  'url.PathEscape',
  'list',
  'tuple',
  'set',
  'sorted',
  'frozenset',
  'reversed',
  'Set',
  'Object.freeze',
  'Array.from',
  'os.fspath',
  'os.path.normpath',
  'path.normalize',
  'encodeURI',
  'dedent',
  'textwrap.dedent',
  'types.MappingProxyType',
  'MappingProxyType',
  'typing.cast',
]);

/** Further wrappers of one language, by shape: Go's pointers (`lo.ToPtr`, `pointer.To`), Rust's paths, PyArrow's selectors. */
export const wrapping: Partial<Record<Language, RegExp>> = {
  go: /(?:^|\.)(?:(?:To)?(?:String)?(?:Ptr|Pointer)(?:To|Of)?|(?:ptr|pointer|ptrs|to)\.(?:To|Of|String|Ptr))$/i,
  rust: /(?:^|[.:])(?:(?:Object|Store)?Path\.(?:from|parse|new|from_url_path|from_absolute_path)|(?:Arc|Box|Rc|Cow)\.(?:new|from))$/,
  python: /(?:^|\.)FileSelector$/,
};

/** Python's functions that give the elements of what they are given, all or some of them, and show a progress bar at most. */
export const handedThrough =
  /^(?:tqdm(?:\.\w+)*|(?:rich\.progress\.)?track|progressbar(?:\.progressbar)?|(?:alive_progress\.)?alive_it|(?:itertools\.)?islice)$/;

/** Their arguments are the elements of a list; Java's classes may be written with or without their package. */
export const listMakers = new Set([
  'List.of',
  'Set.of',
  'Arrays.asList',
  'Collections.singletonList',
  'ImmutableList.of',
  'jsii.Strings',
  'jsii-runtime-go.Strings',
  'pulumi.StringArray',
]);

/** Functions that read an environment variable, with a fallback behind it. */
export const environment = new Set([
  'os.environ.get',
  'os.getenv',
  'environ.get',
  'getenv',
  'os.Getenv',
  'System.getenv',
  'env',
  'os.LookupEnv',
  'std.env.var',
  'env.var',
  'decouple.config',
]);

/** Functions that take a format as C has it, and what goes into it. */
export const formatters = new Set(['fmt.Sprintf', 'String.format', 'util.format', 'sprintf', 'format']);

/** Functions that take an address apart. */
export const addressParsers =
  /(?:^|\.)(?:urlparse|urlsplit|url\.Parse|Url\.parse|URI\.create|parseUri)$|^(?:URL|URI|AmazonS3URI)$/;

/** A regular expression that is several slashes. */
export const slashes = /^(?:\/|\[\/\])(?:\+|\/\+|\{[12],\})$/;
