/** What a provider of `.proto` files promises to keep: what is sent, what is sent as JSON as well, or generated code too. */
export const compatibilityLevels = ['wire', 'wire-json', 'source'] as const;
export type CompatibilityLevel = (typeof compatibilityLevels)[number];

/** The level of a contract that names none. */
export const DEFAULT_LEVEL: CompatibilityLevel = 'wire-json';

/** The level that a contract or a user names; undefined for a word that is none. */
export const levelNamed = (name: string | undefined): CompatibilityLevel | undefined =>
  compatibilityLevels.find((level) => level === name);

/** The lowest level at which what falls under a rule breaks; what is not listed says so case by case. */
export const breaksAt = {
  'message-no-delete': 'wire',
  'service-no-delete': 'wire',
  'rpc-no-delete': 'wire',
  'extension-no-delete': 'wire',
  'enum-no-delete': 'source',
  'file-no-delete': 'source',
  'definition-same-file': 'source',
  'field-no-delete': 'source',
  'field-no-delete-unless-name-reserved': 'wire-json',
  'field-no-delete-unless-number-reserved': 'wire',
  'field-same-type': 'source',
  'field-wire-json-compatible-type': 'wire-json',
  'field-wire-compatible-type': 'wire',
  'field-same-cardinality': 'source',
  'field-wire-json-compatible-cardinality': 'wire-json',
  'field-wire-compatible-cardinality': 'wire',
  'message-same-required-fields': 'wire',
  'field-same-default': 'wire',
  'field-same-name': 'wire-json',
  'field-same-json-name': 'wire-json',
  'field-same-oneof': 'wire',
  'oneof-no-delete': 'source',
  'field-same-utf8-validation': 'source',
  'field-same-java-utf8-validation': 'source',
  'field-same-cpp-string-type': 'source',
  'field-same-jstype': 'source',
  'language-feature-changed': 'source',
  'reserved-message-no-delete': 'wire',
  'reserved-enum-no-delete': 'wire',
  'extension-message-no-delete': 'source',
  'message-same-message-set-wire-format': 'wire',
  'message-same-json-format': 'wire-json',
  'message-no-remove-standard-descriptor-accessor': 'source',
  'enum-value-no-delete': 'source',
  'enum-value-no-delete-unless-name-reserved': 'wire-json',
  'enum-value-no-delete-unless-number-reserved': 'wire',
  'enum-value-same-name': 'wire-json',
  'enum-same-default': 'wire',
  'enum-same-type': 'source',
  'enum-same-json-format': 'wire-json',
  'rpc-same-request-type': 'wire',
  'rpc-same-response-type': 'wire',
  'rpc-same-client-streaming': 'wire',
  'rpc-same-server-streaming': 'wire',
  'rpc-same-idempotency-level': 'wire',
  'file-same-package': 'wire',
  'file-same-syntax': 'source',
  'file-same-cc-enable-arenas': 'source',
  'file-same-cc-generic-services': 'source',
  'file-same-csharp-namespace': 'source',
  'file-same-go-package': 'source',
  'file-same-java-generic-services': 'source',
  'file-same-java-multiple-files': 'source',
  'file-same-java-outer-classname': 'source',
  'file-same-java-package': 'source',
  'file-same-objc-class-prefix': 'source',
  'file-same-optimize-for': 'source',
  'file-same-php-class-prefix': 'source',
  'file-same-php-metadata-namespace': 'source',
  'file-same-php-namespace': 'source',
  'file-same-py-generic-services': 'source',
  'file-same-ruby-package': 'source',
  'file-same-swift-prefix': 'source',
} as const satisfies Record<string, CompatibilityLevel>;

/** Does what breaks at one level break at another? */
export const breaks = (from: CompatibilityLevel, at: CompatibilityLevel): boolean =>
  compatibilityLevels.indexOf(at) >= compatibilityLevels.indexOf(from);
