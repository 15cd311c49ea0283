import { expect, test } from 'vitest';
import { readPieces, splits } from '../../../test/fixtures/read-message.ts';
import { createReader } from '../message-reader.ts';
import { qwenCoder } from './qwen-coder.ts';

const tools = [{ name: 'write', parameters: { properties: { code: { type: 'string' }, lines: { type: 'array' } } } }];
const read = (pieces: readonly string[]) =>
  readPieces(
    createReader((source, message) => qwenCoder.read(source, message, tools), false),
    pieces,
  );

test.each(['<b></parameter></b>', 'a\n</parameter> b\n', '</parameter>'])('a text may have %j in it', code => {
  const value = { code, lines: [code] };
  const text = qwenCoder.write([{ name: 'write', arguments: value }]);
  const expected = read([text]);
  expect(expected.content).toBe('');
  expect(expected.calls.map(call => JSON.parse(call.arguments))).toEqual([value]);
  for (const pieces of splits(text)) expect(read(pieces)).toEqual(expected);
});

test.each([
  ['without line ends', '<function=write><parameter=code>a</parameter></function></tool_call>'],
  ['without the end of its function', '<function=write>\n<parameter=code>\na\n</parameter>\n</tool_call>'],
])('a call %s is whole', (_, text) => {
  expect(read([`<tool_call>\n${text}`]).calls).toEqual([{ name: 'write', arguments: '{"code": "a"}' }]);
});
