export type Access = 'read' | 'write';

/** What an S3 operation needs on the object it names (AWS's own operation names, without case and `_`). */
const operations: Record<string, Access> = {
  getobject: 'read',
  getobjectacl: 'read',
  getobjectattributes: 'read',
  getobjecttagging: 'read',
  getobjecttorrent: 'read',
  getobjectretention: 'read',
  getobjectlegalhold: 'read',
  headobject: 'read',
  selectobjectcontent: 'read',
  listobjects: 'read',
  listobjectsv2: 'read',
  listobjectversions: 'read',
  downloadfile: 'read',
  downloadfileobj: 'read',
  download: 'read',
  putobject: 'write',
  putobjectacl: 'write',
  putobjecttagging: 'write',
  putobjectretention: 'write',
  putobjectlegalhold: 'write',
  postobject: 'write',
  deleteobject: 'write',
  deleteobjects: 'write',
  deleteobjecttagging: 'write',
  restoreobject: 'write',
  renameobject: 'write',
  copyobject: 'write',
  createmultipartupload: 'write',
  uploadpart: 'write',
  uploadpartcopy: 'write',
  completemultipartupload: 'write',
  abortmultipartupload: 'write',
  listmultipartuploads: 'write',
  listparts: 'write',
  uploadfile: 'write',
  uploadfileobj: 'write',
  upload: 'write',
  generatepresignedpost: 'write',
  // transfer managers
  uploaddirectory: 'write',
  downloaddirectory: 'read',
  // MinIO
  fputobject: 'write',
  removeobject: 'write',
  removeobjects: 'write',
  uploadobject: 'write',
  composeobject: 'write',
  presignedputobject: 'write',
  presignedpostpolicy: 'write',
  fgetobject: 'read',
  statobject: 'read',
  downloadobject: 'read',
  presignedgetobject: 'read',
  getpresignedobjecturl: 'read',
  writegetobjectresponse: 'write',
};

/** The access of an operation under any SDK's name for it: `get_object`, `GetObjectCommand`, `s3.GetObjectInput`. */
export function operationAccess(name: string): Access | undefined {
  const key = operationKey(name);
  return Object.hasOwn(operations, key) ? operations[key] : undefined;
}

export const operationKey = (name: string): string =>
  name
    .slice(name.lastIndexOf('.') + 1)
    .replaceAll('_', '')
    .replace(/(?:Command|Input|Request|Requests|Args)$/, '')
    .replace(/(?:WithContext|PagesWithContext|Pages|Paginator|Async)$/, '')
    .toLowerCase();

/** Whether an operation is on all keys under a prefix. */
export const lists = (name: string): boolean =>
  /^(?:list(?:objects|objectsv2|objectversions)|(?:up|down)loaddirectory)$/.test(operationKey(name));
