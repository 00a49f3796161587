/** Part of every cache key: raised whenever any detector may read something else out of the same bytes. */
export const DETECT_VERSION = 77;
