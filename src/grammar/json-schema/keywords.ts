/**
 * What becomes of JSON Schema's keywords (2020-12, with `definitions` and lists of `items` from earlier drafts). One
 * that is in neither list constrains nothing, as JSON Schema has it of unknown keywords: `title`, `default`, `x-…`.
 */

/**
 * Constrain, and are not followed: a schema with one of them is refused, or they are ignored where the caller says so.
 * Others are followed but for some values: `format` (formats.ts), `pattern` (parse-regex.ts), `$ref` (references.ts),
 * `multipleOf` (multiples.ts), `uniqueItems` and `contains` (tracked-items.ts), `minProperties`, `maxProperties` and
 * `propertyNames` (objects.ts, names.ts), and what is within `not`, `if` and `oneOf` (negation.ts).
 */
export const REFUSED: Readonly<Record<string, string>> = {
  $dynamicRef: 'dynamic references are not supported; write $ref',
  $recursiveRef: 'dynamic references are not supported; write $ref',
};

export const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;
export type Type = (typeof TYPES)[number];
