/** The orders of properties that a schema's grammar may know. */
import { modernized } from '../../src/grammar/json-schema/dialect.ts';

type Schema = Readonly<Record<string, unknown>>;

/** References within references, where they lead in a circle, and alternatives that are tried. */
const MAX_DEPTH = 20;
const MAX_ORDERS = 12;

const isRecord = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value with its properties in the schema's order, then as the second of its alternatives has them first, and so on. */
export function orders(value: unknown, schema: unknown): unknown[] {
  const root = modernized(schema);
  const found = new Map<string, unknown>();
  for (let preferred = 0; preferred < MAX_ORDERS; preferred++) {
    const ordered = new Orders(root, preferred).inOrder(value, [root]);
    found.set(JSON.stringify(ordered), ordered);
  }
  return [...found.values()];
}

class Orders {
  readonly #root: unknown;
  readonly #preferred: number;

  /** @param preferred the alternative that comes before the others, wherever there are as many */
  constructor(root: unknown, preferred: number) {
    this.#root = root;
    this.#preferred = preferred;
  }

  inOrder(value: unknown, schemas: readonly unknown[]): unknown {
    const parts = schemas.flatMap(schema => this.#partsOf(schema, 0));
    if (Array.isArray(value)) return value.map((item, index) => this.inOrder(item, itemSchemas(parts, index)));
    if (!isRecord(value)) return value;
    const constants = parts.flatMap(part => [part.const, part.enum].flat()).filter(isRecord);
    const equal = constants.find(constant => sameKeys(constant, value));
    const declared = parts.flatMap(({ properties }) => (isRecord(properties) ? Object.keys(properties) : []));
    const required = parts.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []));
    const names = [...new Set([...Object.keys(equal ?? {}), ...declared, ...required, ...Object.keys(value)])];
    const entries = names
      .filter(name => Object.hasOwn(value, name))
      .map(name => [
        name,
        this.inOrder(value[name], [...propertySchemas(parts, name), equal && { const: equal[name] }]),
      ]);
    return Object.fromEntries(entries);
  }

  /** The schema and those that it applies to the same value. */
  #partsOf(schema: unknown, depth: number): Schema[] {
    if (!isRecord(schema) || depth > MAX_DEPTH) return [];
    const { $ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = schema;
    const reference = typeof $ref === 'string' ? this.#resolve($ref) : undefined;
    const others = [reference, allOf, this.#preferring(anyOf), this.#preferring(oneOf), not, condition];
    const dependents = ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap(keyword => {
      return Object.entries(schema[keyword] ?? {}).map(([name, then]) => ({
        allOf: [{ required: [name] }, Array.isArray(then) ? { required: then } : then],
      }));
    });
    const all = [...others, ...this.#preferring([then, otherwise]), ...dependents].flat();
    return [schema, ...all.flatMap(other => this.#partsOf(other, depth + 1))];
  }

  #preferring(alternatives: unknown): readonly unknown[] {
    if (!Array.isArray(alternatives)) return [];
    const at = this.#preferred % Math.max(1, alternatives.length);
    return [...alternatives.slice(at), ...alternatives.slice(0, at)];
  }

  #resolve(reference: string): unknown {
    const keys = reference.split('/').slice(1).map(unescaped);
    return keys.reduce<unknown>((found, key) => Object(found)[key], this.#root);
  }
}

function propertySchemas(parts: readonly Schema[], name: string): unknown[] {
  return parts.flatMap(({ properties, patternProperties, additionalProperties, unevaluatedProperties }) => {
    const own = isRecord(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [];
    const patterns = isRecord(patternProperties) ? Object.values(patternProperties) : [];
    return own.length > 0 ? [...own, ...patterns] : [...patterns, additionalProperties, unevaluatedProperties];
  });
}

function itemSchemas(parts: readonly Schema[], index: number): unknown[] {
  return parts.flatMap(({ prefixItems, items, additionalItems, contains, unevaluatedItems }) => {
    const first = [prefixItems, items].find(list => Array.isArray(list));
    const own = Array.isArray(first) && index in first ? [first[index]] : [items, additionalItems];
    return [...own, contains, unevaluatedItems].filter(isRecord);
  });
}

function sameKeys(a: Schema, b: Schema): boolean {
  return Object.keys(a).sort().join('\n') === Object.keys(b).sort().join('\n');
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part;
  }
}
