import type { JsonValue } from '../json.ts';
import type { Rule } from '../kinds/rule.ts';
import { allRules } from '../kinds/rules.ts';

const titles: Record<string, string> = {
  s3: 'S3 paths',
  openapi: 'OpenAPI',
  asyncapi: 'AsyncAPI',
  graphql: 'GraphQL',
  workflow: 'Workflows, actions and components',
  protobuf: 'Protocol Buffers',
  avro: 'Avro',
  terraform: 'Terraform modules',
  helm: 'Helm charts and custom resources',
  'json-schema': 'JSON Schema',
  value: 'Values',
};

/** docs/rules.md: every rule with its level, why, and an example. */
export function rulesPage(): string {
  const kinds = new Map<string, Rule[]>();
  for (const rule of allRules) {
    const kind = rule.id.slice(0, rule.id.indexOf('/'));
    kinds.set(kind, [...(kinds.get(kind) ?? []), rule]);
  }
  const parts = [...kinds].map(
    ([kind, rules]) => `## ${titles[kind] ?? kind}\n\n${rules.map(entry).join('\n')}`,
  );
  return `${introduction}\n${parts.join('\n')}`;
}

const introduction = `# Rules

The rules that classify changes of contracts. \`git realm diff\`, \`git realm compat\` and \`git realm check\` name the
rule of every change; SARIF, JUnit, GitHub and GitLab reports carry it too. This page is generated
(\`npm run docs -- --update\`), and a test compares every example here.

| level | means |
|---|---|
| \`breaking\` | a consumer of the old version may fail with the new version: the next version is a major version |
| \`unknown\` | not proved compatible: treated as breaking |
| \`compatible\` | no consumer fails: the next version is a minor version |
| \`none\` | no effect on consumers: the next version is a patch version |

The level of a rule is that of its example. A single change may get a lower level if more is known about it: a limit that is
tightened above every valid value breaks nothing. A realm or a domain can set the level of a rule in its governance,
which only its approvers can change:

\`\`\`yaml
# realm.yaml, or domains/<domain>/governance.yaml without the first line
governance:
  rules: { openapi/response-property-removed: compatible }
\`\`\`
`;

function entry({ id, level, why, example, reference }: Rule): string {
  return [
    `### ${id}`,
    '',
    `**${level}.** ${why} (${reference})`,
    '',
    '```diff',
    ...sides('-', example.old, example.schema),
    ...sides('+', example.new, example.newSchema ?? example.schema),
    '```',
    '',
  ].join('\n');
}

/** One side of an example on a line, with the schema that says how to read it. */
function sides(sign: string, value: JsonValue, schema: JsonValue | undefined): string[] {
  const text = typeof value === 'string' ? value.replaceAll('\n', `\n${sign} `) : JSON.stringify(value);
  return [`${sign} ${text}${schema === undefined ? '' : ` (schema ${JSON.stringify(schema)})`}`];
}
