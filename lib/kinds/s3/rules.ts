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
    'A path that it matched is matched by no other pattern; where one does, the change is compatible.',
    ['jobs/*', 'logs/*'],
    ['jobs/*'],
  ),
  rule('path-added', 'compatible', 'Every path that was matched still is.', ['jobs/*'], ['jobs/*', 'logs/*']),
  rule(
    'path-narrowed',
    'breaking',
    'The pattern is the same and matches less: it is in another bucket, or read in another dialect.',
    ['jobs/*'],
    ['jobs/*'],
    paths({ dialect: 'iam' }),
    paths(),
  ),
  rule(
    'need-removed',
    'breaking',
    'A path that was needed is needed no more: what was granted for it is granted for nothing.',
    ['jobs/*', 'logs/*'],
    ['jobs/*'],
    need,
  ),
  rule(
    'need-added',
    'compatible',
    'Whoever grants the paths has one more to grant, and the change sets see to it that this lands first.',
    ['jobs/*'],
    ['jobs/*', 'logs/*'],
    need,
  ),
  rule(
    'need-narrowed',
    'breaking',
    'The pattern is the same and matches less: it is in another bucket, or read in another dialect.',
    ['jobs/*'],
    ['jobs/*'],
    paths({ polarity: 'need', dialect: 'iam' }),
    need,
  ),
  rule(
    'dialect-changed',
    'compatible',
    'The patterns are read in another dialect, and match all that they matched.',
    ['jobs/a'],
    ['jobs/a'],
    paths({ dialect: 'iam' }),
    paths(),
  ),
  rule(
    'unread',
    'unknown',
    'What is no pattern, or in a bucket that is not known, may match anything.',
    ['jobs/*'],
    [1],
  ),
];
