import type { JsonObject } from '../../../json.ts';
import type { Language } from '../../syntax/ir.ts';

/** A written type taken apart by one level: what its language says it is in JSON, or the name of somebody's own. */
export type Parsed =
  | { is: 'list' | 'map' | 'nullable' | 'same'; of: string }
  | { is: 'plain'; schema: JsonObject }
  | { is: 'open' }
  | { name: string };

/** Takes a type apart as its language writes it. */
export function parsedType(type: string, language: Language): Parsed {
  const text = type.trim();
  if (language === 'go') return goType(text);
  return language === 'rust' ? rustType(text) : javaType(text);
}

const plain = (type: string, format?: string): Parsed => ({
  is: 'plain',
  schema: { type, ...(format === undefined ? {} : { format }) },
});

function goType(text: string): Parsed {
  if (text.startsWith('*')) return { is: 'nullable', of: text.slice(1) };
  if (/^\[\]byte$/.test(text)) return plain('string');
  const list = /^\[\w*\]/.exec(text)?.[0];
  if (list !== undefined) return { is: 'list', of: text.slice(list.length) };
  const map = /^map\[[^\]]*\]/.exec(text)?.[0];
  if (map !== undefined) return { is: 'map', of: text.slice(map.length) };
  if (text === 'string' || text === 'error') return plain('string');
  if (text === 'bool') return plain('boolean');
  if (/^u?int(?:8|16|32|64)?$|^byte$|^rune$/.test(text)) return plain('integer');
  if (/^float(?:32|64)$/.test(text)) return plain('number');
  if (text === 'time.Time') return plain('string', 'date-time');
  if (text === 'uuid.UUID') return plain('string', 'uuid');
  return /^\w+(?:\.\w+)?$/.test(text) && !/^(?:any|json\.\w+)$/.test(text) ? { name: text } : { is: 'open' };
}

const javaLists =
  /^(?:List|Set|Collection|Iterable|Stream|Flux|ArrayList|LinkedList|HashSet|SortedSet|Multi|Observable|Flowable)$/;
const javaSame =
  /^(?:Mono|ResponseEntity|HttpEntity|RequestEntity|Optional|CompletableFuture|CompletionStage|Call|Single|Maybe|Uni|Response|Future|Callable|DeferredResult|RestResponse|HttpResponse)$/;

function javaType(written: string): Parsed {
  const text = written.replace(/@\w+(?:\([^)]*\))?\s*/g, '').replace(/^\?\s*(?:extends\s+)?/, '');
  if (text === 'byte[]') return plain('string');
  if (text.endsWith('[]')) return { is: 'list', of: text.slice(0, -2) };
  const [, full = text, inner] = /^([\w.]+)\s*<([\s\S]*)>$/.exec(text) ?? [];
  const name = full.split('.').at(-1) ?? full;
  if (inner !== undefined) {
    if (javaLists.test(name)) return { is: 'list', of: inner };
    if (/^(?:Map|HashMap|LinkedHashMap|TreeMap|SortedMap)$/.test(name))
      return { is: 'map', of: typeArguments(inner)[1] ?? 'Object' };
    if (javaSame.test(name)) return { is: 'same', of: inner };
    // What a generic type of one's own holds is not followed.
    return { is: 'open' };
  }
  if (/^(?:String|CharSequence|char|Character)$/.test(name)) return plain('string');
  if (name === 'UUID') return plain('string', 'uuid');
  if (/^(?:int|Integer|long|Long|short|Short|byte|Byte|BigInteger)$/.test(name)) return plain('integer');
  if (/^(?:double|Double|float|Float|BigDecimal|Number)$/.test(name)) return plain('number');
  if (/^(?:boolean|Boolean)$/.test(name)) return plain('boolean');
  return /^[A-Z]\w*$/.test(name) && !/^(?:Object|JsonNode|Void|Response|ObjectNode|JSONObject)$/.test(name)
    ? { name }
    : { is: 'open' };
}

const rustSame = /^(?:Box|Arc|Rc|Cow|Json|Result|HttpResult|Form|State|Data|Created|Accepted|Custom)$/;

function rustType(written: string): Parsed {
  const text = written.replace(/^(?:&\s*(?:'\w+\s+)?(?:mut\s+)?|impl\s+)/, '');
  if (/^\[.*\]$/.test(text)) return { is: 'list', of: text.slice(1, -1).split(';')[0] ?? '' };
  const [, full = text, inner] = /^([\w:]+)\s*<([\s\S]*)>$/.exec(text) ?? [];
  const name = full.split('::').at(-1) ?? full;
  if (inner !== undefined) {
    const args = typeArguments(inner).filter((argument) => !argument.startsWith("'"));
    if (/^(?:Vec|VecDeque|HashSet|BTreeSet)$/.test(name)) return { is: 'list', of: args[0] ?? '' };
    if (/^(?:HashMap|BTreeMap|IndexMap)$/.test(name)) return { is: 'map', of: args[1] ?? '' };
    if (name === 'Option') return { is: 'nullable', of: args[0] ?? '' };
    return rustSame.test(name) ? { is: 'same', of: args[0] ?? '' } : { is: 'open' };
  }
  if (/^(?:String|str|char|PathBuf)$/.test(name)) return plain('string');
  if (name === 'Uuid') return plain('string', 'uuid');
  if (name === 'bool') return plain('boolean');
  if (/^[iu](?:8|16|32|64|128|size)$/.test(name)) return plain('integer');
  if (/^f(?:32|64)$/.test(name)) return plain('number');
  return /^[A-Z]\w*$/.test(name) && name !== 'Value' ? { name } : { is: 'open' };
}

/** `String, List<Foo>` at its outer commas. */
export function typeArguments(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '<' || char === '(' || char === '[') depth++;
    else if (char === '>' || char === ')' || char === ']') depth--;
    else if (char === ',' && depth === 0) {
      found.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  found.push(text.slice(start).trim());
  return found;
}
