/**
 * What becomes of JSON Schema's keywords (2020-12, with `definitions` and lists of `items` from earlier drafts). One
 * that is in neither list constrains nothing, as JSON Schema has it of unknown keywords: `title`, `default`, `x-…`.
 */

/**
 * Constrain, and are not followed: a schema with one of them is refused, or they are ignored where the caller says so.
 * Others are followed but for some values: `format` (formats.ts), `pattern` (parse-regex.ts), `oneOf` (disjoint.ts),
 * `$ref` (references.ts), `not` (types.ts), `minProperties`, `maxProperties` and `propertyNames` (objects.ts, names.ts).
 */
export const REFUSED: Readonly<Record<string, { readonly harmless?: unknown; readonly because: string }>> = {
  if: { because: 'conditions are not supported; write anyOf' },
  multipleOf: { because: 'multiples are not supported' },
  uniqueItems: { harmless: false, because: 'a grammar does not remember earlier items' },
  contains: { because: 'a grammar does not count items of a kind' },
  unevaluatedProperties: { harmless: true, because: 'write additionalProperties' },
  unevaluatedItems: { harmless: true, because: 'write items' },
  $dynamicRef: { because: 'dynamic references are not supported; write $ref' },
  $recursiveRef: { because: 'dynamic references are not supported; write $ref' },
};

export const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
export type Type = (typeof TYPES)[number];
