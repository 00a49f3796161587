import { isExample, isProduct } from '../product.ts';
import type { Part } from '../types.ts';

/** What is found in many repositories and is seldom what others depend on. */
export type Noise = keyof typeof noiseReasons;

/** Each class of it, with the reason why it is left out. */
export const noiseReasons = {
  'terraform-state': "Terraform's own state",
  artifacts: 'uploads of builds, and what is deployed',
  placeholders: 'a name to be filled in, not a bucket',
  examples: 'tests and examples',
  unknown: 'neither bucket nor key is known',
} as const;

const stateBucket = /(?:^|[-_.])(?:tf|terraform)[-_.]?(?:remote[-_.]?)?(?:state|backend)/i;
const ciFile =
  /(?:^|\/)(?:\.github|\.circleci|\.buildkite|\.gitlab|\.ci)\/|(?:^|\/)(?:\.gitlab-ci|\.travis|buildspec|appspec|azure-pipelines|bitbucket-pipelines|cloudbuild)[^/]*\.ya?ml$|(?:^|\/)package\.json$/;
const deployScript =
  /(?:^|\/)(?:deploy|release|publish|upload[-_](?:artifacts?|assets?|builds?))(?:[-_][\w-]*)?\.\w+$/i;
const infrastructure = /\.(?:tf|tofu|ya?ml|json|template)$/;
const archive = /\.(?:zip|jar|war|whl|tgz|tar\.(?:gz|xz|bz2)|deb|rpm|dmg|exe|msi|apk|ipa)$/i;
const deployedThing =
  /^resource\.aws_(?:lambda|elastic_beanstalk|codedeploy)\w*\.|^(?:Code|CodeUri|ContentUri|Content|SourceBundle)$/;
const artifactBucket =
  /^cdk-|^cdktoolkit|-assets-\d|(?:^|[-_.])(?:artifacts?|artefacts?|deployment-?bucket|codepipeline|sam-cli|lambda-code)(?:$|[-_.])/i;
const placeholder =
  /^(?:(?:my|your|our|some|example|sample|dummy|fake|placeholder|change-?me|replace-?me|insert)[-_.]|(?:my|your|example|sample|test|demo)[-_]?bucket|(?:test|demo)[-_.]bucket|bucket[-_]?name|x{3,}|foo(?:bar)?\/|doc-example-bucket|amzn-s3-demo|bucket\/(?:key|prefix|path|file|folder|object|my)\b)/i;

/** The class of a finding, if it is noise. `bucket`: undefined where it is unknown; `key`: without it. */
export function noiseOf(part: Part, bucket: string | undefined, key: string): Noise | undefined {
  const { path, how, placeholders = [] } = part;
  const place = bucket ?? '';
  if (
    /^backend\.s3$|^data\.terraform_remote_state\./.test(how) ||
    /\.tfstate\b/.test(key) ||
    stateBucket.test(place)
  )
    return 'terraform-state';
  if (placeholder.test(`${place}/${key}`) || (bucket === undefined && placeholders.some(standsForBucket)))
    return 'placeholders';
  if (ciFile.test(path) || deployScript.test(path) || deployedThing.test(how) || artifactBucket.test(place))
    return 'artifacts';
  if (archive.test(key) && infrastructure.test(path)) return 'artifacts';
  if (!isProduct(path) || isExample(path)) return 'examples';
  return bucket === undefined && /^[*/]*$/.test(key) ? 'unknown' : undefined;
}

const standsForBucket = (text: string): boolean => text.startsWith('<') || /your|bucket/i.test(text);

/** The bucket of a path in a value, and the rest of it. `rule`: `x-realm` of the value's schema. */
export function bucketAndKey(
  value: string,
  rule: { bucket?: unknown } | undefined,
): { bucket: string | undefined; key: string } {
  if (rule !== undefined && 'bucket' in rule) {
    return { bucket: typeof rule.bucket === 'string' ? rule.bucket : undefined, key: value };
  }
  const slash = value.indexOf('/');
  const bucket = value.slice(0, Math.max(slash, 0));
  return { bucket: bucket === '' ? undefined : bucket, key: value.slice(slash + 1) };
}
