import manifest from '../package.json' with { type: 'json' };

/** The version of this program (package.json). */
export const VERSION: string = manifest.version;

/** Changes whenever files would be parsed or validated differently: an index of another version is read as absent. */
export const FORMATS_VERSION = `${VERSION}.3`;
