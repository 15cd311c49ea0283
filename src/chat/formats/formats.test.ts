import { describe, expect, test } from 'vitest';
import { acceptance } from '../../../test/fixtures/byte-grammars.ts';
import { pieceTexts, readPieces, splits } from '../../../test/fixtures/read-message.ts';
import { createReader } from '../message-reader.ts';
import { toGrammar } from '../structural-tag.ts';
import type { FunctionTool } from '../tools.ts';
import { formats } from './choose-format.ts';
import type { CallableFunction, ToolFormat, WrittenCall } from './format.ts';

const tools: readonly FunctionTool[] = [
  {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer' }, unit: { enum: ['°C', '°F'] } },
      required: ['city'],
      additionalProperties: false,
    },
  },
  { name: 'get_time', parameters: { type: 'object', properties: {}, additionalProperties: false } },
  { name: 'get_time_zone', parameters: { type: 'object', properties: {}, additionalProperties: false } },
];
const functions: readonly CallableFunction[] = tools.map(({ name, parameters: schema }) => ({
  name,
  arguments: { kind: 'json-schema', schema, strict: true },
}));

/** A name and a text that would be mark-up elsewhere. */
const WEATHER: WrittenCall = {
  name: 'get_weather',
  arguments: { city: 'Ulm "😀" \\ <b> [x]\n}', days: 2, unit: '°C' },
};
const TIME: WrittenCall = { name: 'get_time', arguments: {} };

/** What an answer in words begins with; and whether a format has room for words. */
const answerOf = (format: ToolFormat) => format.channels?.answer ?? '';
const takesText = (format: ToolFormat) => !['llama', 'harmony', 'functionary'].includes(format.name);
const between = (format: ToolFormat) => (format.name === 'functionary' ? '>>>' : '');

const read = (format: ToolFormat, pieces: readonly string[]) => {
  return readPieces(
    createReader((source, message) => format.read(source, message, tools), false),
    pieces,
  );
};
const calls = (...written: readonly WrittenCall[]) =>
  written.map(call => ({ name: call.name, arguments: call.arguments }));

describe.each(formats)('$name', format => {
  test('reads a call that it wrote', () => {
    const { calls: found, content } = read(format, [format.write([WEATHER])]);
    expect(found.map(call => ({ ...call, arguments: JSON.parse(call.arguments) }))).toEqual(calls(WEATHER));
    expect(content).toBe('');
  });

  test('reads an answer in words', () => {
    const words = 'It is "grey" in Ulm: [{<x>}] 😀\n\n- really';
    expect(read(format, [answerOf(format) + words])).toEqual({ content: words, reasoning: '', calls: [] });
  });

  test('reads several calls, and text before them', () => {
    const written = [WEATHER, TIME];
    const text = takesText(format) || between(format) ? `${answerOf(format)}Let me see.\n${between(format)}` : '';
    const message = read(format, [text + format.write(written)]);
    expect(message.calls.map(call => call.name)).toEqual(written.map(call => call.name));
    expect(message.calls.map(call => JSON.parse(call.arguments))).toEqual(written.map(call => call.arguments));
    expect(message.content).toBe(text === '' ? '' : 'Let me see.');
  });

  test('reads the same wherever the text is split', () => {
    const written = [WEATHER, TIME, WEATHER];
    const text = takesText(format) ? `${answerOf(format)}A < b, or [T: "}" ` : '';
    const whole = text + format.write(written);
    const expected = read(format, [whole]);
    for (const pieces of splits(whole)) expect(read(format, pieces), JSON.stringify(pieces)).toEqual(expected);
    expect(read(format, Array.from(whole))).toEqual(expected);
    expect(read(format, whole.split(''))).toMatchObject({ content: expected.content });
  });

  test('shows no mark-up, wherever the text is cut off', () => {
    const written = [WEATHER, TIME];
    const text = takesText(format) ? 'Let me see.\n' : '';
    const whole = text + format.write(written);
    const all = read(format, [whole]);
    for (const [beginning = ''] of splits(whole)) {
      const cut = read(format, [beginning]);
      // A single character may be the beginning of a mark, or not.
      expect(text.startsWith(cut.content.replace(/(?:\n\n)?[^\n]$/, '')), cut.content).toBe(true);
      for (const [index, call] of cut.calls.entries()) {
        expect(all.calls[index]?.name).toBe(call.name);
        // Likewise.
        const certain = call.arguments.replace(/(?:\\n|\n)$/, '');
        expect(all.calls[index]?.arguments.startsWith(certain), call.arguments).toBe(true);
      }
    }
  });

  test('shows no mark that stands where it should not', () => {
    const call = format.write([TIME]);
    for (const mark of format.marks) {
      const texts = [
        `It is ${mark}grey`,
        `${answerOf(format)}It is grey${mark}`,
        call + mark,
        call.replaceAll(mark, ''),
      ];
      for (const text of [...texts, call.replaceAll(mark, mark + mark)]) {
        for (const pieces of [[text], Array.from(text)]) {
          const { content } = read(format, pieces);
          for (const known of format.marks) expect(content, text).not.toContain(known);
        }
      }
    }
  });

  test('has a grammar of calls alone', async () => {
    const one = await acceptance(toGrammar(format.calls(functions, false)));
    const several = await acceptance(toGrammar(format.calls(functions, true)));
    for (const accepts of [one, several]) {
      expect(await accepts(format.write([WEATHER]))).toBe(true);
      expect(await accepts(format.write([TIME]))).toBe(true);
      expect(await accepts(format.write([{ ...TIME, name: 'get_time_zone' }]))).toBe(true);
      expect(await accepts('')).toBe(false);
      expect(await accepts(`${answerOf(format)}Hello`)).toBe(false);
      expect(await accepts(format.write([{ ...TIME, name: 'get_tim' }]))).toBe(false);
      expect(await accepts(format.write([{ ...WEATHER, arguments: { days: 2 } }]))).toBe(false);
      expect(await accepts(format.write([{ ...WEATHER, arguments: { city: 'Ulm', days: 'two' } }]))).toBe(false);
    }
    expect(await one(format.write([WEATHER, TIME]))).toBe(false);
    expect(await several(format.write([WEATHER, TIME, TIME]))).toBe(true);
  });

  test('has a grammar of free text in which calls are held to the functions', async () => {
    const one = await acceptance(toGrammar(format.free(functions, false)));
    const several = await acceptance(toGrammar(format.free(functions, true)));
    const text = takesText(format) ? 'Let me see. ' : '';
    for (const accepts of [one, several]) {
      expect(await accepts(`${answerOf(format)}Hello {"name": "you"} <b>`)).toBe(true);
      expect(await accepts(text + format.write([WEATHER]))).toBe(true);
      expect(await accepts(text + format.write([TIME]))).toBe(true);
      expect(await accepts(text + format.write([{ ...TIME, name: 'get_tim' }]))).toBe(false);
      expect(await accepts(text + format.write([{ ...WEATHER, arguments: { city: 'Ulm', days: 'two' } }]))).toBe(false);
    }
    expect(await one(text + format.write([WEATHER, TIME]))).toBe(false);
    expect(await several(text + format.write([WEATHER, TIME]))).toBe(true);
  });
});

test('pieces of arguments come as they are generated', () => {
  for (const format of formats) {
    const reader = createReader((source, message) => format.read(source, message, tools), false);
    const whole = format.write([WEATHER]);
    const texts = Array.from(whole).flatMap(character => pieceTexts(reader.push(character)));
    expect(texts.length, format.name).toBeGreaterThan(10);
  }
});
