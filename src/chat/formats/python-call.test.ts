import { expect, test } from 'vitest';
import { acceptance } from '../../../test/fixtures/byte-grammars.ts';
import { readPieces, splits } from '../../../test/fixtures/read-message.ts';
import { createReader } from '../message-reader.ts';
import { toGrammar } from '../structural-tag.ts';
import { lfm2 } from './lfm2.ts';

const read = (text: string, pieces: readonly string[] = [text]) =>
  readPieces(
    createReader((source, message) => lfm2.read(source, message, []), false),
    pieces,
  );
const listed = (calls: string) => `<|tool_call_start|>[${calls}]<|tool_call_end|>`;

test.each<[string, string, object]>([
  ['either quotes', `f(a="it's", b='say "x"', c="\\"", d='\\'')`, { a: "it's", b: 'say "x"', c: '"', d: "'" }],
  ['escapes', String.raw`f(a="\n\t\\ \x41\u00e9\U0001f600 \ud83d\ude00 \d \/")`, { a: '\n\t\\ Aé😀 😀 \\d /' }],
  ['numbers', 'f(a=1, b=-2.5e3, c=1_000, d=.5, e=0x1f, f=+7)', { a: 1, b: -2500, c: 1000, d: 0.5, e: 31, f: 7 }],
  [
    'words',
    'f(a=True, b=False, c=None, d=true, e=constructor)',
    { a: true, b: false, c: null, d: true, e: 'constructor' },
  ],
  [
    'lists and tuples',
    'f(a=[1, "x", [True, ], ], b=(1, 2), c=[], d=())',
    { a: [1, 'x', [true]], b: [1, 2], c: [], d: [] },
  ],
  ['dicts', `f(a={'x': {"y": [None]}, 'z': {}, 1: 2})`, { a: { x: { y: [null] }, z: {}, 1: 2 } }],
  ['names in quotes', 'f("my key"=1, größe=2)', { 'my key': 1, größe: 2 }],
  ['blanks', 'f(\n  a = 1 ,\n  b = [ 2 ]\n)', { a: 1, b: [2] }],
  [
    'marks in a text',
    'f(a="])<|tool_call_end|><|tool_call_start|>[g(")',
    { a: '])<|tool_call_end|><|tool_call_start|>[g(' },
  ],
])('%s become JSON, wherever the text parts', (_, call, value) => {
  const whole = listed(call);
  const expected = read(whole);
  expect(expected).toMatchObject({ content: '', calls: [{ name: 'f' }] });
  expect(JSON.parse(expected.calls[0]?.arguments ?? '')).toEqual(value);
  expect(read(whole, whole.split(''))).toEqual(expected);
  for (const pieces of splits(whole)) expect(read(whole, pieces)).toEqual(expected);
  for (const [beginning = ''] of splits(whole)) {
    const [cut] = read(beginning).calls;
    expect(expected.calls[0]?.arguments.startsWith(cut?.arguments ?? ''), beginning).toBe(true);
  }
});

test('calls in JSON are read too', () => {
  const json = listed('{"name": "f", "arguments": {"a": true}}, {"name": "g", "arguments": {}}');
  expect(read(json).calls).toEqual([
    { name: 'f', arguments: '{"a": true}' },
    { name: 'g', arguments: '{}' },
  ]);
});

test('arguments are held to the schema, as Python writes them', async () => {
  const schema = {
    type: 'object',
    properties: {
      place: { $ref: '#/$defs/place' },
      on: { type: ['boolean', 'null'] },
      'a-b': { enum: ['true', true, [null]] },
    },
    required: ['place', 'a-b'],
    additionalProperties: false,
    $defs: { place: { type: 'object', properties: { name: { type: 'string', maxLength: 3 } }, required: ['name'] } },
  };
  const tool = { name: 'f', arguments: { kind: 'json-schema' as const, schema, strict: true } };
  const accepts = await acceptance(toGrammar(lfm2.calls([tool], true)));
  const fitting = [
    'f(place={"name": "Ulm"}, on=None, "a-b"=True), f(place={"name": ""}, "a-b"="true")',
    'f(place={"name": "\\u00e9\\n"}, "a-b"=[None])',
  ];
  for (const call of fitting) expect(await accepts(listed(call)), call).toBe(true);
  const others = [
    ...['f()', 'f(place={"name": "Bonn"}, "a-b"=True)', 'f(place={}, "a-b"=True)', 'f(place=name="Ulm", "a-b"=True)'],
    ...['f(place={"name": "Ulm"}, on=true, "a-b"=True)', 'f(place={"name": "Ulm"}, "a-b"=true)', 'f(a=1)', 'g()'],
  ];
  for (const call of others) expect(await accepts(listed(call)), call).toBe(false);
});

test('arguments whose schema has alternatives are held to one of them', async () => {
  const schema = {
    anyOf: [
      { properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false },
      { const: { b: [true] } },
      { $ref: '#/$defs/self' },
    ],
    $defs: {
      self: { type: 'object', properties: { self: { $ref: '#' } }, required: ['self'], additionalProperties: false },
    },
  };
  const tool = { name: 'f', arguments: { kind: 'json-schema' as const, schema, strict: true } };
  const accepts = await acceptance(toGrammar(lfm2.calls([tool], false)));
  for (const call of ['f(a=1)', 'f(b=[True])', 'f(self={"self": {"a": 1}})', 'f(self={"b":[True]})']) {
    expect(await accepts(listed(call)), call).toBe(true);
  }
  for (const call of ['f()', 'f(a=1, b=[True])', 'f(self=self=1)'])
    expect(await accepts(listed(call)), call).toBe(false);
});

test('arguments that no schema names stand in quotes', async () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: { type: 'integer' } };
  const tool = { name: 'f', arguments: { kind: 'json-schema' as const, schema, strict: true } };
  const accepts = await acceptance(toGrammar(lfm2.calls([tool], false)));
  const call = 'f(a="x", "b c"=1, "d"=2)';
  expect(await accepts(listed(call))).toBe(true);
  expect(JSON.parse(read(listed(call)).calls[0]?.arguments ?? '')).toEqual({ a: 'x', 'b c': 1, d: 2 });
  for (const other of ['f("a"=1)', 'f("b"="x")', 'f(b=1)']) expect(await accepts(listed(other)), other).toBe(false);
});
