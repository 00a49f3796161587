/**
 * The variables that point git at one repository, as `git rev-parse --local-env-vars` lists them (a test compares),
 * less the ones that carry configuration: those are the caller's word (`git -c`, CI) and redirect nothing.
 */
export const REPOSITORY_VARIABLES = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_OBJECT_DIRECTORY',
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_IMPLICIT_WORK_TREE',
  'GIT_GRAFT_FILE',
  'GIT_INDEX_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_PREFIX',
  'GIT_INTERNAL_SUPER_PREFIX',
  'GIT_SHALLOW_FILE',
  'GIT_COMMON_DIR',
  'GIT_CONFIG',
] as const;

/** What `git commit` exports for the commit it makes: never the author of ours. */
const IDENTITY_VARIABLES = ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_AUTHOR_DATE'] as const;

/**
 * The environment for any repository but the one we were called in. Inside a hook git exports `GIT_DIR` and others, and
 * without this `git -C ../B` acts on A (measured).
 */
export function foreignEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean: NodeJS.ProcessEnv = { ...env };
  for (const name of REPOSITORY_VARIABLES) delete clean[name];
  for (const name of IDENTITY_VARIABLES) delete clean[name];
  delete clean.GIT_QUARANTINE_PATH;
  return clean;
}

/**
 * The environment of a hook that looks at what a push brought before it is accepted: git keeps those objects aside
 * (git-receive-pack(1), quarantine). Replaced objects never count.
 */
export function quarantineEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const clean = foreignEnvironment(env);
  for (const name of QUARANTINE_VARIABLES) if (env[name] !== undefined) clean[name] = env[name];
  return { ...clean, GIT_NO_REPLACE_OBJECTS: '1' };
}

const QUARANTINE_VARIABLES = [
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
] as const;
