import { isObject, type JsonValue } from '../../json.ts';

/** The version that a document declares; `undefined`: it is not AsyncAPI. Without quotes, `asyncapi: 2.6` is a number. */
export function asyncapiVersion(document: JsonValue | undefined): string | undefined {
  if (!isObject(document)) return undefined;
  const { asyncapi } = document;
  if (typeof asyncapi === 'number') return Number.isInteger(asyncapi) ? `${asyncapi}.0` : String(asyncapi);
  return typeof asyncapi === 'string' ? asyncapi : undefined;
}

/** The versions that are read: publish and subscribe from the users' view in 2.x, send and receive from the application's in 3.x. */
export type Major = 2 | 3;

/** Which of them a document is written in; `undefined`: another one, or none. */
export function majorOf(document: JsonValue | undefined): Major | undefined {
  const version = asyncapiVersion(document);
  const major = /^([23])\.\d+(?:\.|$)/.exec(version ?? '')?.[1];
  return major === undefined ? undefined : (Number(major) as Major);
}

/** Is this a document of a version that is read? */
export const isAsyncapi = (document: JsonValue | undefined): boolean => majorOf(document) !== undefined;
