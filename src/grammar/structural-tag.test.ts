import { describe, expect, test } from 'vitest';
import { acceptance } from '../../test/fixtures/byte-grammars.ts';
import { translateTag } from './structural-tag.ts';

const text = (value: string) => ({ type: 'const_string', value });
const schema = (json_schema: unknown) => ({ type: 'json_schema', json_schema });
const tag = (begin: string, content: unknown) => ({ type: 'tag', begin, content, end: '>' });
const free = { type: 'any_text' };

const word = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false };
const tags = ['<a:', '<b:', '<c:'].map(begin => tag(begin, schema(word)));

describe('one grammar', () => {
  const format = {
    type: 'or',
    elements: [
      { type: 'sequence', elements: [text('x'), { type: 'regex', pattern: '[0-9]+' }, tag('<', schema({ const: 1 }))] },
      { type: 'grammar', grammar: { kind: 'json' } },
    ],
  };

  test('is made of what is neither free text nor a list', () => {
    expect(translateTag({ type: 'structural_tag', format }, true)).toEqual({
      type: 'structural_tag',
      format: { type: 'grammar', grammar: expect.stringMatching(/^root ::= /) },
    });
  });

  test('is the same language', async () => {
    const accepts = await acceptance({ kind: 'structural-tag', tag: { format } });
    for (const [given, fits] of [
      ['x12<1>', true],
      ['{}', true],
      ['x<1>', false],
      ['x1<2>', false],
      ['', false],
    ] as const) {
      expect(await accepts(given), given).toBe(fits);
    }
  });
});

describe('the tags of a list, or of free text', () => {
  const listed = { type: 'tags_with_separator', tags, separator: ',', at_least_one: true };
  const triggered = { type: 'triggered_tags', triggers: ['<'], tags };

  test('are one, and share their rules', () => {
    const only = { type: 'tag', content: { type: 'grammar', grammar: expect.stringContaining('r') }, end: '' };
    expect(translateTag(listed, true)).toEqual({ ...listed, tags: [{ ...only, begin: '' }] });
    expect(translateTag(triggered, true)).toEqual({ ...triggered, tags: [{ ...only, begin: '<' }] });
    const rulesOf = (many: object[]) =>
      JSON.stringify(translateTag({ ...listed, tags: many }, true)).split('::=').length;
    expect(rulesOf(tags) - rulesOf(tags.slice(1))).toBeLessThan(rulesOf(tags.slice(2)) / 2);
  });

  test('stay apart where one of them holds free text', () => {
    const mixed = [...tags, tag('<d:', free)];
    expect(translateTag({ ...triggered, tags: mixed }, true)).toMatchObject({
      tags: mixed.map(({ begin }) => ({ begin })),
    });
  });

  test.each([listed, triggered])('are the same language: %j', async format => {
    const accepts = await acceptance({ kind: 'structural-tag', tag: { format } });
    const between = format === listed ? ',' : ' and ';
    expect(await accepts(`<a:{"a":"x"}>${between}<c:{}>`)).toBe(true);
    expect(await accepts('<d:{}>')).toBe(false);
    expect(await accepts('<a:{"b":1}>')).toBe(false);
  });
});

test('an error names the place by way of the grammar that it is in', () => {
  const grammar = { kind: 'json-schema', schema: { uniqueItems: true }, param: 'tools[0].function.parameters' };
  const translated = () =>
    translateTag({ type: 'triggered_tags', triggers: ['<'], tags: [tag('<', { type: 'grammar', grammar })] }, true);
  expect(translated).toThrow(expect.objectContaining({ param: 'tools[0].function.parameters.uniqueItems' }));
});
