import { isRecord } from './node.ts';

/** Where keywords hold schemas: one, a list of them, or one for each name. */
const SCHEMA =
  /^(not|if|then|else|items|additionalItems|additionalProperties|contains|propertyNames|unevaluatedItems|unevaluatedProperties)$/;
const SCHEMAS = /^(allOf|anyOf|oneOf|prefixItems|items)$/;
const NAMED_SCHEMAS = /^(properties|patternProperties|dependentSchemas|dependencies|definitions|\$defs)$/;

/** The address of a document that says none. */
const HERE = 'schema:/';

type Schema = Readonly<Record<string, unknown>>;

/**
 * A schema of any draft as 2020-12 has it, with references that are JSON Pointers into it: `$id` and `$anchor` are
 * followed, exclusive limits are numbers, and what a draft ignores beside `$ref` is left out.
 *
 * Source: https://json-schema.org/draft/2020-12/json-schema-core#section-8.2
 */
export function modernized(root: unknown): unknown {
  const draft =
    isRecord(root) && typeof root.$schema === 'string' ? /draft-0([3-7])/.exec(root.$schema)?.[1] : undefined;
  const idKeyword = draft === '3' || draft === '4' ? 'id' : '$id';
  const idOf = (schema: Schema) => (draft !== undefined && '$ref' in schema ? undefined : schema[idKeyword]);
  const addresses = new Map([[HERE, '']]);

  const register = (schema: Schema, base: string, pointer: string): void => {
    const own = addressOf(idOf(schema), base);
    if (own && !addresses.has(own)) addresses.set(own, pointer);
    for (const keyword of ['$anchor', '$dynamicAnchor']) {
      if (typeof schema[keyword] === 'string') addresses.set(`${baseOf(own, base)}#${schema[keyword]}`, pointer);
    }
    eachSchema(schema, (part, path) => register(part, baseOf(own, base), pointer + path));
  };
  const translate = (schema: Schema, outer: string): Schema => {
    const base = baseOf(addressOf(idOf(schema), outer), outer);
    const parts = mapSchemas(withLimits(schema), part => translate(part, base));
    const reference = pointerOf(schema.$ref, base, addresses);
    if (reference === undefined) return parts;
    if (draft === undefined) return { ...parts, $ref: reference };
    const { definitions, $defs } = parts;
    return { $ref: reference, ...(definitions ? { definitions } : {}), ...($defs ? { $defs } : {}) };
  };

  if (!isRecord(root)) return root;
  register(root, HERE, '');
  return translate(root, HERE);
}

/** What an identifier is in full; a fragment stays, because earlier drafts name schemas so. */
function addressOf(id: unknown, base: string): string | undefined {
  return typeof id === 'string' && URL.canParse(id, base) ? new URL(id, base).href.replace(/#$/, '') : undefined;
}

/** What references in a schema are relative to. */
function baseOf(address: string | undefined, outer: string): string {
  return address === undefined || address.includes('#') ? outer : address;
}

/** A reference as a pointer from the root; one that leads elsewhere as it is. */
function pointerOf(reference: unknown, base: string, addresses: ReadonlyMap<string, string>): unknown {
  const address = addressOf(reference, base);
  if (address === undefined) return reference;
  const [document = '', fragment = ''] = address.split('#');
  const known = addresses.get(address);
  if (known !== undefined) return `#${known}`;
  const start = addresses.get(document);
  return start !== undefined && fragment.startsWith('/') ? `#${start}${fragment}` : reference;
}

/** `exclusiveMinimum: true`, as draft 4 has it, makes `minimum` the exclusive one. */
function withLimits(schema: Schema): Schema {
  const changed: Record<string, unknown> = { ...schema };
  for (const [limit, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof schema[exclusive] !== 'boolean') continue;
    delete changed[exclusive];
    if (schema[exclusive] && limit in schema) {
      changed[exclusive] = schema[limit];
      delete changed[limit];
    }
  }
  return changed;
}

/** The schema with others in place of those in it; `path` is the JSON Pointer to each. */
function mapSchemas(schema: Schema, change: (part: Schema, path: string) => unknown): Schema {
  const one = (value: unknown, path: string) => (isRecord(value) ? change(value, path) : value);
  const entries = Object.entries(schema).map(([keyword, value]) => {
    if (SCHEMAS.test(keyword) && Array.isArray(value)) {
      return [keyword, value.map((part, index) => one(part, `/${keyword}/${index}`))];
    }
    if (SCHEMA.test(keyword)) return [keyword, one(value, `/${keyword}`)];
    if (!NAMED_SCHEMAS.test(keyword) || !isRecord(value)) return [keyword, value];
    const named = Object.entries(value).map(([name, part]) => [name, one(part, `/${keyword}/${escaped(name)}`)]);
    return [keyword, Object.fromEntries(named)];
  });
  return Object.fromEntries(entries);
}

function eachSchema(schema: Schema, visit: (part: Schema, path: string) => void): void {
  mapSchemas(schema, (part, path) => {
    visit(part, path);
    return part;
  });
}

/** A name in a JSON Pointer in a fragment. */
function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
