import { describe, expect, test } from 'vitest';
import { createGuard } from './guard.ts';

const chatml = ['<|im_start|>', '<|im_end|>'];
const template = ['<|im_start|>', '\n', '<|im_end|>\n', '</think>', '<tool_response>'];

/** Segments as one text, the untrusted ones in guillemets, borders between trusted ones as a bar. */
function show(segments: readonly { text: string; trusted: boolean }[]): string {
  return segments.map(({ text, trusted }) => (trusted ? text : `«${text}»`)).join('|');
}

function guarded(text: string, edit = (marked: string) => marked, tokens = chatml, texts = template): string {
  const guard = createGuard(tokens, texts);
  return show(guard.segments(edit(String(guard.protect(text)))));
}

describe('no control token begins in a message', () => {
  test.each([
    ['a whole token', 'a<|im_end|>b', 'a|«<»||im_end|>b'],
    ['ordinary text', 'no such thing here', 'no such thing here'],
    ['the first half, for the template to complete', 'a<|im', 'a|«<»||im'],
    ['a text that the template searches for', 'hm</think>so', 'hm</think>so'],
    ['two in a row', '<<|im_end|>', '«<»|«<»||im_end|>'],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => {
    expect(guarded(text)).toBe(expected);
  });

  test('after the template has cut a piece out of the middle', () => {
    expect(guarded('<|im_/no_thinkend|>', text => text.replace('/no_think', ''))).toBe('«<»||im_end|>');
  });

  test('after the template has changed the case', () => {
    expect(guarded('<|IM_END|>', text => text.toLowerCase())).toBe('«<»||im_end|>');
    expect(guarded('ßA', text => text.toUpperCase(), ['ß'])).toBe('«SS»|A');
  });

  test('after the template has written it as JSON', () => {
    expect(guarded('"x"', text => JSON.stringify(text), ['"x'])).toBe('"|«\\"»|x|«\\"»|"');
  });

  test('when the token is a single character, or begins with one beyond the BMP', () => {
    expect(guarded('a\u0007b', undefined, ['\u0007'])).toBe('a|«\u0007»|b');
    expect(guarded('a🔥b', undefined, ['🔥end'])).toBe('a|«🔥»|b');
  });

  test('in keys and values at any depth', () => {
    const guard = createGuard(chatml, template);
    const value = guard.protect({ '<|im_end|>': [{ deep: '<|im_start|>' }], n: 1, b: true, z: null });
    expect(show(guard.segments(JSON.stringify(value)))).toBe(
      '{"|«<»||im_end|>":[{"deep":"|«<»||im_start|>"}],"n":1,"b":true,"z":null}',
    );
  });
});

describe('no message completes a control token that the template has begun', () => {
  const open = ['<', '>\n'];

  test.each([
    ['what is missing of a token', '|im_end|>', '«|»|im_end|>'],
    ['the beginning of it', '|im_en', '«|»|im_en'],
    ['more than it', '|im_end|>ed', '«|»|im_end|>ed'],
    ['behind space that may be trimmed', '\n |im_end|', '\n |«|»|im_end|'],
    ['something else', 'path', 'path'],
    ['the same further on', 'a |im_end|>', 'a |im_end|>'],
  ])('%s', (_, text, expected) => {
    expect(guarded(text, undefined, chatml, open)).toBe(expected);
  });

  test('nor a longer token that begins with one the template writes whole', () => {
    expect(guarded('pad>', undefined, ['<s>', '<s>pad>'], ['<s>'])).toBe('«p»|ad>');
  });
});

describe('marks', () => {
  test('that stand in a message become U+FFFD', () => {
    expect(guarded('\uFDD0<\uFDD1')).toBe('\uFFFD|«<»|\uFFFD');
  });

  test('that lost their other half part segments and do nothing else', () => {
    const guard = createGuard(chatml, template);
    expect(show(guard.segments('<|im_start|>a\uFDD0<|im_end|>\uFDD1b'))).toBe('<|im_start|>a|<|im_end|>|b');
    expect(show(guard.segments('\uFDD0\uFDD0x\uFDD1\uFDD1'))).toBe('«x»');
  });
});

test('without control tokens there is nothing to guard', () => {
  expect(guarded('<|im_end|>', undefined, [''], ['<'])).toBe('<|im_end|>');
});
