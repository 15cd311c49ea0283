import { describe, expect, test } from 'vitest';
import { acceptance } from '../../../test/fixtures/byte-grammars.ts';

const object = (properties: object, more: object = {}) => ({
  ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
  ...more,
});

describe('what fits a schema, and what does not', () => {
  test.each<[name: string, schema: unknown, valid: unknown[], invalid: unknown[]]>([
    ['everything', true, [null, [{ a: [1, 'x'] }], -1.5e-7, 'é\n"\\'], []],
    ['several types', { type: ['integer', 'null'] }, [1, null], ['1', 1.5]],
    ['integers', { type: 'integer', minimum: -3, maximum: 1200 }, [-3, 0, 7, 999, 1200], [-4, 1201, 0.5]],
    ['integers without an upper limit', { type: 'integer', exclusiveMinimum: 99 }, [100, 12345678], [99, -100]],
    ['integers below zero', { type: 'integer', exclusiveMaximum: -9 }, [-10, -123], [-9, 0, 10]],
    ['integers within fractions', { type: 'integer', minimum: 0.5, maximum: 2.5 }, [1, 2], [0, 3]],
    ['numbers', { type: 'number' }, [0, -0.5, 1e21, 1.5e-9, 12345.678], ['0', null]],
    ['numbers from and to', { minimum: -0.25, exclusiveMaximum: 10.5 }, [-0.25, -0.1, 0, 10.49, 3], [-0.26, 10.5, 11]],
    ['small numbers', { type: 'number', exclusiveMinimum: 0, maximum: 1e-3 }, [0.001, 0.0005], [0, 0.0011, -0.1]],
    ['numbers as JSON.stringify writes them', { minimum: -1e300 }, [1e21, 5e-7, -5e-7, 0.1 + 0.2, 1e300], [-1e301]],
    ['large integers', { type: 'integer', minimum: 3 }, [1.5e25, 999999999999999900000], [2, -1e25]],
    ['multiples', { multipleOf: 0.01, exclusiveMaximum: 20 }, [0.07, 19.99, -3, 0], [0.075, 20, 1e21]],
    ['multiples of integers', { type: 'integer', multipleOf: 15, minimum: 1 }, [15, 3000], [0, 10, -15]],
    ['multiples that are equally many', { multipleOf: 2, not: { multipleOf: 3 } }, [2, 4, 10], [3, 6, 12]],
    ['lengths count code points', { type: 'string', minLength: 2, maxLength: 2 }, ['é😀', '\n"'], ['a', 'abc', '']],
    [
      'long strings',
      { type: 'string', minLength: 3, maxLength: 5000 },
      ['abc', 'é'.repeat(5000)],
      ['ab', 'x'.repeat(5001)],
    ],
    [
      'large counts',
      { type: 'string', pattern: '^(?:ab?){300}$' },
      ['a'.repeat(300), 'ab'.repeat(300)],
      ['a'.repeat(299)],
    ],
    [
      'long lists',
      { items: { type: 'null' }, minItems: 20, maxItems: 40 },
      [Array(20).fill(null), Array(40).fill(null)],
      [Array(19).fill(null), Array(41).fill(null)],
    ],
    ['patterns are found anywhere', { type: 'string', pattern: 'b"?c' }, ['abcd', 'b"c'], ['ac', '']],
    ['pattern and length', { type: 'string', pattern: '^a|b$', maxLength: 2 }, ['ax', 'xb', 'a'], ['axb', 'xx']],
    ['dates', { type: 'string', format: 'date' }, ['2024-02-29', '1999-12-31'], ['2023-02-29', '2024-13-01']],
    ['addresses', { format: 'ipv6' }, ['::1', '1:2:3:4:5:6:7:8', '1::8', 7], ['1::2::3', '1:2:3:4:5:6:7:8:9', ':1']],
    ['what a format is not', { type: 'string', not: { format: 'date' } }, ['', '2023-02-29'], ['2024-02-29']],
    ['formats that are not known', { format: 'colour' }, ['x', 7], []],
    ['constants', { enum: ['a', 1, null, { b: [] }] }, ['a', 1, null, { b: [] }], ['b', 2, {}]],
    ['constants of a type', { type: 'string', enum: ['a', 1] }, ['a'], [1]],
    [
      'what is not constant',
      { not: { enum: ['a', 1, null, true] } },
      ['', 'ab', 2, 1.5, false, []],
      ['a', 1, null, true],
    ],
    [
      'distinct items',
      { items: { enum: ['a', 1, null] }, uniqueItems: true, minItems: 1 },
      [['a'], [null, 1, 'a']],
      [[], [1, 'a', 1], ['b']],
    ],
    [
      'items of a kind',
      { prefixItems: [{ type: 'string' }], contains: { type: 'integer' }, minContains: 2, maxItems: 4 },
      [
        ['a', 1, 2],
        ['a', null, 1, 2],
      ],
      [['a', 1], [], [1, 2], ['a', 1, null, null]],
    ],
    ['items of a kind, but few', { contains: { const: 1 }, maxContains: 1 }, [[1], [2, 1, 2]], [[], [2], [1, 1]]],
    ['lists', { items: { type: 'boolean' }, minItems: 1, maxItems: 3 }, [[true], [true, false, true]], [[], [1]]],
    [
      'tuples',
      { type: 'array', prefixItems: [{ type: 'integer' }, { type: 'string' }], items: false, minItems: 1 },
      [[1], [1, 'x']],
      [[], ['x'], [1, 'x', 2]],
    ],
    ['tuples of old', { items: [{ const: 1 }], additionalItems: { const: 2 } }, [[], [1], [1, 2, 2]], [[2], [1, 1]]],
    ['objects', object({ a: { const: 1 }, b: {} }), [{ a: 1, b: [] }], [{}, { a: 1 }, { a: 1, b: 0, c: 0 }]],
    [
      'optional properties',
      { type: 'object', properties: { a: {}, b: {}, c: {} }, required: ['b'], additionalProperties: false },
      [{ b: 1 }, { a: 1, b: 1 }, { b: 1, c: 1 }, { a: 1, b: 1, c: 1 }],
      [{}, { a: 1 }, { a: 1, c: 1 }, { b: 1, d: 1 }],
    ],
    [
      'undeclared properties have other names',
      { type: 'object', properties: { ab: { const: 1 } }, additionalProperties: { type: 'string' } },
      [{}, { ab: 1 }, { ab: 1, a: '', abc: 'x', '"': '', 'é\n': '' }],
      [{ ab: 'x' }, { a: 1 }],
    ],
    ['what is required and not declared', { type: 'object', required: ['x'] }, [{ x: 1 }, { x: 1, y: 2 }], [{ y: 1 }]],
    [
      'some of the properties',
      {
        ...{ type: 'object', properties: { a: {}, b: {}, c: {} }, required: ['b'], additionalProperties: false },
        ...{ minProperties: 2, maxProperties: 2 },
      },
      [
        { a: 1, b: 1 },
        { b: 1, c: 1 },
      ],
      [{ b: 1 }, { a: 1, c: 1 }, { a: 1, b: 1, c: 1 }],
    ],
    ['the number of properties', { type: 'object', minProperties: 1, maxProperties: 2 }, [{ a: 1 }], [{}]],
    ['anyOf', { anyOf: [{ type: 'null' }, { const: 'x' }] }, [null, 'x'], ['y', 1]],
    ['anyOf beside others', { type: 'integer', anyOf: [{ maximum: 3 }, { minimum: 8 }] }, [3, 8], [5, '3']],
    ['allOf', { allOf: [{ type: 'integer' }, { minimum: 3 }], maximum: 5 }, [3, 5], [2, 6, 'x']],
    [
      'allOf of objects',
      { allOf: [object({ a: { minimum: 2 } }), { properties: { a: { type: 'integer' }, b: {} } }] },
      [{ a: 2 }],
      [{ a: 1 }, { a: 2, b: 1 }, { a: 'x' }],
    ],
    [
      'oneOf of types that differ',
      { oneOf: [object({ k: { const: 'a' } }), object({ k: { const: 'b' }, n: {} }), { type: 'null' }] },
      [{ k: 'a' }, { k: 'b', n: 1 }, null],
      [{ k: 'c' }, { k: 'a', n: 1 }],
    ],
    ['oneOf of types that do not', { oneOf: [{ minimum: 2 }, { maximum: 5 }] }, [1, 6], [2, 5, 'x']],
    [
      'one of two properties',
      { type: 'object', properties: { a: {}, b: {} }, oneOf: [{ required: ['a'] }, { required: ['b'] }] },
      [{ a: 1 }, { b: 1, c: 1 }],
      [{}, { a: 1, b: 1 }],
    ],
    [
      'conditions',
      {
        properties: { kind: { enum: ['card', 'cash'] }, number: { type: 'string' } },
        if: { properties: { kind: { const: 'card' } }, required: ['kind'] },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
        then: { required: ['number'] },
        else: { properties: { number: false } },
      },
      [{ kind: 'card', number: '1' }, { kind: 'cash' }, {}, 7],
      [{ kind: 'card' }, { kind: 'cash', number: '1' }, { number: '1' }],
    ],
    [
      'what is not',
      { not: { type: 'object', properties: { a: { items: { type: 'integer' } } }, required: ['a'] } },
      [{}, { a: [1, 'x'] }, []],
      [{ a: [1] }, { a: 1 }],
    ],
    [
      'what nothing has spoken of',
      {
        ...{ type: 'object', properties: { a: {} }, anyOf: [{ properties: { b: {} } }, { required: ['c'] }] },
        ...{ allOf: [{ properties: { c: {} } }], unevaluatedProperties: false },
      },
      [{ a: 1, b: 1 }, { a: 1, c: 1 }, {}],
      [{ d: 1 }, { a: 1, b: 1, d: 1 }],
    ],
    [
      'items that nothing has spoken of',
      { prefixItems: [{}], allOf: [{ prefixItems: [{}, { type: 'null' }] }], unevaluatedItems: { const: 1 } },
      [[], [0, null], [0, null, 1, 1]],
      [
        [0, 1],
        [0, null, 2],
      ],
    ],
    [
      'recursion',
      { ...object({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }) },
      [{ next: null }, { next: { next: null } }],
      [{ next: 1 }, { next: { next: 1 } }],
    ],
    [
      'references',
      { $ref: '#/$defs/a~1b%20', $defs: { 'a/b ': { $ref: '#/definitions/c' } }, definitions: { c: { const: 1 } } },
      [1],
      [2],
    ],
    [
      'references by name',
      {
        ...{
          $id: 'https://example.org/a/b',
          $ref: 'c',
          properties: { y: { $ref: '#z' }, x: { $ref: 'https://example.org/a/c#/$defs/n' } },
        },
        ...{ $defs: { c: { $id: 'c', $defs: { n: { const: 7 } }, required: ['x'] }, z: { $anchor: 'z', const: 8 } } },
      },
      [{ x: 7 }, { y: 8, x: 7 }],
      [{ y: 8 }, { x: 8 }, { y: 7, x: 7 }],
    ],
    [
      'what earlier drafts mean',
      {
        $schema: 'http://json-schema.org/draft-04/schema#',
        properties: { a: { minimum: 3, exclusiveMinimum: true }, b: { $ref: '#/definitions/b', maximum: 1 } },
        definitions: { b: { type: 'integer' } },
      },
      [{ a: 4, b: 2 }],
      [{ a: 3 }, { b: 1.5 }],
    ],
    [
      'names by patterns',
      {
        type: 'object',
        properties: { xa: { type: 'integer' } },
        patternProperties: { '^x': { minimum: 3 }, z$: { type: 'boolean' } },
        additionalProperties: { type: 'null' },
      },
      [{ xa: 3, xb: 4, z: true, y: null }, { xb: 'any' }, { xz: true }],
      [{ xa: 2 }, { xa: 'x' }, { xb: 2 }, { z: 1 }, { xz: 3 }, { y: 3 }],
    ],
    [
      'a record',
      { type: 'object', propertyNames: { pattern: '^[a-c]{1,2}$' }, additionalProperties: { type: 'integer' } },
      [{}, { a: 1, bc: 2 }],
      [{ abc: 1 }, { d: 1 }, { a: 'x' }, { '': 1 }],
    ],
    [
      'a record of listed names',
      {
        ...{ type: 'object', propertyNames: { $ref: '#/$defs/k' }, additionalProperties: { type: 'integer' } },
        ...{ required: ['b'], $defs: { k: { enum: ['a', 'b'], type: 'string' } } },
      },
      [{ b: 1 }, { b: 1, a: 2 }],
      [{ a: 1 }, { b: 1, c: 1 }, { b: 'x' }],
    ],
    ["names that are nobody's", { type: 'object', propertyNames: false }, [{}], [{ a: 1 }]],
    [
      'properties that need others',
      {
        ...{ type: 'object', properties: { a: {}, b: {}, c: {} }, additionalProperties: false },
        ...{ dependentRequired: { a: ['b'] }, dependentSchemas: { c: { properties: { b: { const: 1 } } } } },
      },
      [{}, { b: 2 }, { a: 1, b: 2 }, { b: 1, c: 1 }, { c: 1 }],
      [{ a: 1 }, { b: 2, c: 1 }, { a: 1, c: 1 }],
    ],
    [
      'names of several kinds',
      { type: 'object', propertyNames: { anyOf: [{ const: 'a' }, { pattern: '^b' }] } },
      [{}, { a: 1, bc: 2 }],
      [{ c: 1 }, { aa: 1 }],
    ],
    [
      'names that hold letters apart',
      { patternProperties: { 'f.*o': { type: 'null' } } },
      [{ foo: null, f: 1 }],
      [{ fo: 1 }],
    ],
    ['what is never', object({ a: { not: {} } }, { required: [] }), [{}], [{ a: 1 }]],
    ['types that are not', { not: { type: ['null', 'string'] } }, [1, true, [], {}], [null, 'x']],
    ['what can have no value is left out', object({ a: false }, { required: [] }), [{}], [{ a: 1 }]],
    ['keywords that are not known', { title: 'x', 'x-y': 1, default: 7, const: 7 }, [7], [8]],
  ])('%s', async (_, schema, valid, invalid) => {
    const accepts = await acceptance({ kind: 'json-schema', schema });
    for (const value of valid) expect(await accepts(JSON.stringify(value)), JSON.stringify(value)).toBe(true);
    for (const value of invalid) expect(await accepts(JSON.stringify(value)), JSON.stringify(value)).toBe(false);
  });
});

test('blanks are few', async () => {
  const accepts = await acceptance({ kind: 'json-schema', schema: {} });
  const value = { a: [1, { b: null }], c: 'd' };
  for (const indent of [0, 1, 2, 4, '\t']) expect(await accepts(JSON.stringify(value, null, indent))).toBe(true);
  expect(await accepts('{"a": 1, "b": [2, 3]}')).toBe(true);
  for (const text of ['{  "a":1}', '\n{}', '{} ', '{"a":\n\n\n1}', `[1,${' '.repeat(50)}2]`]) {
    expect(await accepts(text), text).toBe(false);
  }
});

test('what is no JSON is not let through', async () => {
  const schema = { type: 'string', maxLength: 9 };
  for (const accepts of [
    await acceptance({ kind: 'json-schema', schema }),
    await acceptance({ kind: 'json-schema', schema: {} }),
  ]) {
    for (const text of [
      '"a',
      '"\n"',
      '"\\x"',
      '"\\ud800"',
      '"\u007f"',
      '01',
      '1.',
      '.5',
      '+1',
      'nul',
      '[1,]',
      '{"a"}',
      '',
    ]) {
      expect(await accepts(text), text).toBe(text === '"\u007f"');
    }
  }
});

describe('a schema that cannot be enforced in full is refused at its keyword', () => {
  test.each<[unknown, string]>([
    [{ properties: { x: { multipleOf: 0.123456789 } } }, 'properties.x.multipleOf'],
    [{ items: { uniqueItems: true } }, 'items.uniqueItems'],
    [{ anyOf: [{}, { not: { patternProperties: { a: false } } }] }, 'anyOf[1].not.patternProperties'],
    [{ $defs: { a: { if: { propertyNames: { maxLength: 3 } } } }, $ref: '#/$defs/a' }, '$defs.a.if.propertyNames'],
    [{ patternProperties: { 'a\\b': {} } }, 'patternProperties.a\\b'],
    [{ additionalProperties: { contains: {}, allOf: [{ contains: {} }] } }, 'additionalProperties.allOf[0].contains'],
    [{ prefixItems: [{}, { unevaluatedItems: false, contains: {} }] }, 'prefixItems[1].unevaluatedItems'],
    [{ type: 'string', format: 'regex' }, 'format'],
    [{ type: 'string', pattern: 'a\\b' }, 'pattern'],
    [{ type: 'string', pattern: '(' }, 'pattern'],
    [{ oneOf: [{ minProperties: 1 }, { propertyNames: { const: 'a' } }] }, 'oneOf[1].propertyNames'],
    [{ properties: { a: {}, b: {} }, minProperties: 2 }, 'minProperties'],
    [{ items: { $dynamicRef: '#a' } }, 'items.$dynamicRef'],
    [{ $ref: 'https://example.org/schema' }, '$ref'],
    [{ $ref: '#/nowhere' }, '$ref'],
    [{ $ref: '#' }, '$ref'],
    [{ type: 'text' }, 'type'],
    [{ properties: 7 }, 'properties'],
    [{ properties: { a: 7 } }, 'properties.a'],
    [{ required: 'a' }, 'required'],
    [{ minLength: -1 }, 'minLength'],
    [{ multipleOf: 0 }, 'multipleOf'],
  ])('%j', async (schema, param) => {
    const refusal = expect.objectContaining({ code: 'invalid_json_schema', status: 400, param: `at.${param}` });
    await expect(acceptance({ kind: 'json-schema', schema, param: 'at' })).rejects.toEqual(refusal);
  });

  test.each([false, { type: 'integer', minimum: 2, maximum: 1 }, { allOf: [{ type: 'null' }, { type: 'string' }] }])(
    '%j, that no value fits',
    async schema => {
      await expect(acceptance({ kind: 'json-schema', schema })).rejects.toThrow('no value fits');
    },
  );

  test('unless as much as possible will do', async () => {
    const schema = {
      type: 'object',
      properties: {
        a: { type: 'integer', multipleOf: 0.123456789 },
        b: { type: 'string', format: 'regex', pattern: '\\b' },
      },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
    };
    const accepts = await acceptance({ kind: 'json-schema', schema, strict: false });
    expect(await accepts('{"a":3}')).toBe(true);
    expect(await accepts('{"a":"3"}')).toBe(false);
    expect(await accepts('{"b":"x"}')).toBe(true);
    expect(await accepts('{}')).toBe(false);
  });
});
