/** The part of it that the octokit plugins use too; only the whole has types. */
declare module 'bottleneck/light.js' {
  export { default } from 'bottleneck';
}
