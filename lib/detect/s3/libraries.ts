import type { Call, Expr, Module } from '../syntax/ir.ts';

/** Packages through which code reaches S3, as imports of any language name them. */
const packages = new RegExp(
  [
    // Python
    '^(?:boto3|boto|botocore|aiobotocore|aioboto3|mypy_boto3_s3|types_boto3_s3|s3transfer|s3fs|minio|miniopy_async|obstore|tinys3|s3path)\\b',
    '^storages\\.backends\\.s3',
    '^airflow\\.providers\\.amazon',
    // JavaScript
    '^@aws-sdk/(?:client-s3|lib-storage|s3-)',
    '^aws-sdk\\b',
    '^(?:multer-s3|multer-s3-transform|s3-streams|s3-upload-stream|s3-zip|@jeffe/s3)$',
    '^@supercharge/s3|^bun$',
    // Go
    'aws-sdk-go(?:-v2)?/(?:service/s3|feature/s3)',
    'minio/minio-go',
    '^gocloud\\.dev/blob/s3blob',
    // Java
    '^software\\.amazon\\.awssdk\\.(?:services|transfer)\\.s3',
    '^com\\.amazonaws\\.services\\.s3',
    '^io\\.minio\\b',
    '^io\\.awspring\\.cloud\\.s3',
    // Rust
    '^(?:aws_sdk_s3|rusoto_s3|object_store|s3|opendal|minio)(?:::|$)',
  ].join('|'),
);

/** A package of somebody's that is called after S3: what its functions do is not read, only that they may use it. */
const named = /(?:^|[./_:-])s3(?:$|[./_:-]|[a-z]+$)/i;

/** Whether an import names a package that reaches S3, or one called after it. */
export const isS3Package = (from: string): boolean => packages.test(from) || named.test(from);

/** Whether a module imports something that reaches S3. */
export const speaksS3 = (module: Module): boolean => module.imports.some(({ from }) => isS3Package(from));

/** Stores of other vendors, whose methods have the same names. */
const others =
  /^(?:ya_gcp|google_cloud_storage|gcp\w*|cloud_storage|azure\w*|google\.cloud|com\.google\.cloud|com\.azure)\b|^cloud\.google\.com\/go\/storage|^@google-cloud\/storage|^@azure\/|azure-sdk-for-go/;

/** Whether a module is about another vendor's store, and nothing in it reaches S3. */
export const isOthers = (module: Module): boolean =>
  module.imports.some(({ from }) => others.test(from)) && !speaksS3(module);

/** Whether what is called was imported from such a package, by itself or as its member. */
export function fromS3Package(call: Call, module: Module): boolean {
  let here: Expr = call.callee;
  while (here.kind === 'member') here = here.object;
  if (here.kind !== 'name') return false;
  const { name } = here;
  return module.imports.some((entry) => entry.local === name && isS3Package(entry.from));
}
