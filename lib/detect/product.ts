/** Tests, what stands in for others there, and documents name paths that nobody is granted. */
const notProduct =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|fixtures?|testdata|docs?|mocks?|__mocks__|\w*fakes)\/|(?:^|\/)(?:test_[^/]*|conftest)\.py$|[._](?:test|spec|mock)\.[cm]?[jt]sx?$|_(?:test|mock)\.go$|_test\.py$|(?:^|\/)mock_[^/]*\.go$|Test\.java$|(?:^|[/_])tests?\.rs$/;

/** A folder of examples, at the top of a repository or package. Below `src`, or after `com`, it is a package of that name. */
const examples =
  /(?<=^|\/)(?<!(?:^|\/)src\/(?:[^/]+\/)*)(?<!(?:^|\/)(?:com|org|net|io|dev|edu)\/)examples?\//;

/** Cargo's examples with sources of their own are packages, which are deployed like any other. */
const examplePackage = /(?:^|\/)examples?\/(?:[^/]+\/)+src\/[^\n]*\.rs$/;

/** Is a file, by its path, in a folder of examples? */
export const isExample = (path: string): boolean => path.includes('example') && examples.test(path);

/** Is a file, by its path, part of what the repository is for, and no test or example? */
export const isProduct = (path: string): boolean =>
  !notProduct.test(path) && (!isExample(path) || examplePackage.test(path));

/** Written by machines or by others: never a place where somebody decides a path. */
const generated =
  /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|site-packages|dist|build|target|\.terraform|cdk\.out|__pycache__)\/|(?:^|\/)(?:package-lock\.json|pnpm-lock\.yaml|composer\.lock|\.terraform\.lock\.hcl)$|\.min\.js$/;

/** Is a file generated, minified, or a copy of somebody else's? */
export const isGenerated = (path: string): boolean => generated.test(path);
