/** A function that the model may call. */
export interface FunctionTool {
  readonly name: string;
  readonly description?: string | undefined;
  /** JSON Schema of the arguments' object; no arguments when absent. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  /**
   * Refuse a schema that cannot be enforced in full, instead of enforcing what can be. When absent, schemas are refused
   * where a call is demanded, and enforced as far as possible where the model may choose.
   */
  readonly strict?: boolean | undefined;
  /** The request's field with the schema, such as `tools[0].function.parameters`; errors name it. */
  readonly param?: string;
}

/** What a request says of tools. Tools that must not be called at all are left out by whoever makes this. */
export interface ToolUse {
  /** At least one; the model gets to see all of them. */
  readonly tools: readonly FunctionTool[];
  /** `auto`: text, calls, or both, as the model likes. `required`: calls and nothing else, whatever the model likes. */
  readonly choice: 'auto' | 'required';
  /** Names of the tools that may be called, at least one; all of them when absent. A named tool is required, and alone here. */
  readonly allowed?: readonly string[];
  /** Whether one answer may hold several calls; in some models' formats it cannot. */
  readonly parallel: boolean;
}

/** The schema of no arguments. */
export const NO_PARAMETERS = { type: 'object', properties: {} };

/**
 * The schema without properties that it does not name, wherever it says nothing of them: a function has no use for them,
 * and a grammar of any property and any value is slow to compile.
 */
export function closed(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties, items, required } = schema;
  const closedItems = isRecord(items) && { items: closed(items) };
  if (!isRecord(properties)) return { ...schema, ...closedItems };
  const entries = Object.entries(properties).map(([name, value]) => [name, isRecord(value) ? closed(value) : value]);
  const isOpen = Array.isArray(required) && required.some(name => !Object.hasOwn(properties, String(name)));
  const isAlone = !isOpen && !COMBINERS.some(keyword => keyword in schema);
  return { ...(isAlone && { additionalProperties: false }), ...schema, properties: Object.fromEntries(entries) };
}

/** What properties may come from besides. */
const COMBINERS = ['allOf', 'anyOf', 'oneOf', '$ref', 'patternProperties', 'minProperties', 'unevaluatedProperties'];

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
