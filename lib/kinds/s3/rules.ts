import type { ChangeLevel } from '../../compat/types.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Rule } from '../rule.ts';

const paths = (more: JsonObject = {}): JsonObject => ({
  'x-realm': { kind: 'paths', dialect: 'glob', ...more },
});
const reference = 'docs/detectors.md, path patterns';

function rule(
  id: string,
  level: ChangeLevel,
  why: string,
  old: JsonValue,
  now: JsonValue,
  schema: JsonObject = paths(),
  newSchema?: JsonObject,
): Rule {
  const schemas = newSchema === undefined ? { schema } : { schema, newSchema };
  return { id: `s3/${id}`, level, why, example: { old, new: now, ...schemas }, reference };
}

const need = paths({ polarity: 'need' });

/** What can change in a list of path patterns: each is a language, and a path that is not in any of them any more breaks. */
export const rules: readonly Rule[] = [
  rule(
    'path-removed',
    'breaking',
    'No other pattern matches a path that it matched. If another pattern does, the change is compatible.',
    ['jobs/*', 'logs/*'],
    ['jobs/*'],
  ),
  rule('path-added', 'compatible', 'Every path that was matched still is.', ['jobs/*'], ['jobs/*', 'logs/*']),
  rule(
    'path-narrowed',
    'breaking',
    'The pattern is the same but matches less: it is in another bucket, or uses another dialect.',
    ['jobs/*'],
    ['jobs/*'],
    paths({ dialect: 'iam' }),
    paths(),
  ),
  rule(
    'need-removed',
    'breaking',
    'A path is no longer needed: its grant is now unused.',
    ['jobs/*', 'logs/*'],
    ['jobs/*'],
    need,
  ),
  rule(
    'need-added',
    'compatible',
    'The granting repo must grant one more path; a change set makes sure that the grant lands first.',
    ['jobs/*'],
    ['jobs/*', 'logs/*'],
    need,
  ),
  rule(
    'need-narrowed',
    'breaking',
    'The pattern is the same but matches less: it is in another bucket, or uses another dialect.',
    ['jobs/*'],
    ['jobs/*'],
    paths({ polarity: 'need', dialect: 'iam' }),
    need,
  ),
  rule(
    'dialect-changed',
    'compatible',
    'The patterns use another dialect, and match everything that they matched before.',
    ['jobs/a'],
    ['jobs/a'],
    paths({ dialect: 'iam' }),
    paths(),
  ),
  rule(
    'unread',
    'unknown',
    'An invalid pattern, or a pattern in an unknown bucket, may match anything.',
    ['jobs/*'],
    [1],
  ),
];
