/** As much of js-yaml as is used here: it ships no types. */
declare module 'js-yaml' {
  class Type {
    constructor(
      tag: string,
      options: {
        kind: 'scalar';
        resolve(data: unknown): boolean;
        construct(data: string): unknown;
      },
    );
  }
  interface Schema {
    extend(types: { implicit: Type[] }): Schema;
  }
  const yaml: {
    Type: typeof Type;
    types: { merge: Type };
    FAILSAFE_SCHEMA: Schema;
    load(text: string, options: { schema: Schema; json: boolean }): unknown;
  };
  export default yaml;
}
