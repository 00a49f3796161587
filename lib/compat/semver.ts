/** The few functions of `semver` that are used, each by its own file: its index loads all of them at start-up. */
export { default as gt } from 'semver/functions/gt.js';
export { default as inc } from 'semver/functions/inc.js';
export { default as parse } from 'semver/functions/parse.js';
export { default as satisfies } from 'semver/functions/satisfies.js';
export { default as validRange } from 'semver/ranges/valid.js';
