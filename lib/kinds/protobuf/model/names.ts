/** The name of a field in JSON (Protocol Buffers, "ProtoJSON format"): letters after `_` become capitals. */
export function jsonNameOf(name: string): string {
  let found = '';
  let up = false;
  for (const letter of name) {
    if (letter === '_') up = true;
    else {
      found += up && letter >= 'a' && letter <= 'z' ? letter.toUpperCase() : letter;
      up = false;
    }
  }
  return found;
}

/** The message that holds the entries of a map field. */
export const entryName = (field: string): string => {
  const camel = jsonNameOf(field);
  return `${camel.charAt(0).toUpperCase()}${camel.slice(1)}Entry`;
};

/** The types of fields that are not defined by anybody, with their numbers in descriptors. */
export const SCALARS: ReadonlyMap<string, number> = new Map([
  ['double', 1],
  ['float', 2],
  ['int64', 3],
  ['uint64', 4],
  ['int32', 5],
  ['fixed64', 6],
  ['fixed32', 7],
  ['bool', 8],
  ['string', 9],
  ['bytes', 12],
  ['uint32', 13],
  ['sfixed32', 15],
  ['sfixed64', 16],
  ['sint32', 17],
  ['sint64', 18],
]);
