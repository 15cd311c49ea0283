import { describe, expect, test } from 'vitest';
import { request } from '../../../test/fixtures/engine-contract.ts';
import type { Grammar, PromptSegment } from '../engine.ts';
import { guarded, toWebLlm } from './mlc-request.ts';

const CONTROL = ['<|im_end|>', '<|im_start|>', '<s>', '</s>'];

/** Segments as `untrusted` and `[trusted]`. */
function segments(written: string): PromptSegment[] {
  const parts = written.split(/(\[[^\]]*\])/).filter(part => part !== '');
  return parts.map(part => ({ text: part.replace(/^\[|\]$/g, ''), trusted: part.startsWith('[') }));
}

describe('a control token', () => {
  test.each([
    ['[<|im_start|>user\n]Hi[<|im_end|>]', '<|im_start|>user\nHi<|im_end|>', 'of the template stays'],
    ['[<s>]say <s></s>', '<s>say <\u200bs><\u200b/s>', 'of the user is broken'],
    ['[a <|im_]end|>', 'a <\u200b|im_end|>', 'that begins in the template is broken'],
    ['<|im_[end|>]', '<\u200b|im_end|>', 'that ends in the template is broken'],
    ['[</][s>]', '</s>', 'of two trusted parts stays'],
    ['<<s>>', '<<\u200bs>>', 'within other text is broken'],
    ['no token', 'no token', 'that is not there changes nothing'],
  ])('%j', (written, expected) => {
    expect(guarded(segments(written), CONTROL)).toBe(expected);
  });
});

test('sampling is handed on in the words of web-llm', () => {
  const asked = request('Hi', { maxTokens: 9, topLogprobs: 3, ignoreEos: true });
  const sampling = { ...asked.sampling, temperature: 0.7, topP: 0.9, seed: 3, logitBias: { 5: -100 } };
  expect(toWebLlm({ ...asked, sampling }, 1, [])).toEqual({
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.7,
    top_p: 0.9,
    frequency_penalty: 0,
    presence_penalty: 0,
    repetition_penalty: 1,
    logit_bias: { 5: -100 },
    seed: 4,
    max_tokens: 9,
    logprobs: true,
    top_logprobs: 3,
    ignore_eos: true,
  });
});

test.each<[string, Grammar, object]>([
  [
    'a schema, as our grammar of it',
    { kind: 'json-schema', schema: { const: 1 } },
    { type: 'grammar', grammar: expect.stringMatching(/^root ::=.*1/s) },
  ],
  ['an EBNF', { kind: 'ebnf', source: 'root ::= "a"' }, { type: 'grammar', grammar: expect.stringContaining('"a"') }],
  ['a regex', { kind: 'regex', pattern: 'ab?' }, { type: 'grammar', grammar: expect.stringContaining('root ::=') }],
  [
    'a structural tag',
    { kind: 'structural-tag', tag: { format: { type: 'json_schema', json_schema: { const: 1 } } } },
    { type: 'structural_tag', structural_tag: expect.stringMatching(/^{"format":{"type":"grammar","grammar":"root/) },
  ],
])('%s is a response format', (_, grammar, expected) => {
  expect(toWebLlm(request('Hi', { grammar }), 0, []).response_format).toEqual(expected);
});

test('a schema that cannot be enforced is refused, with the place in the request', () => {
  const schema = { properties: { a: { uniqueItems: true } } };
  const grammar: Grammar = { kind: 'json-schema', schema, param: 'response_format' };
  const refused = () => toWebLlm(request('Hi', { grammar }), 0, []);
  expect(refused).toThrow(
    expect.objectContaining({ code: 'invalid_json_schema', param: expect.stringMatching(/^response_format\./) }),
  );
});

const { sampling } = request('');
test.each([
  ['top_k', { sampling: { ...sampling, topK: 40 } }],
  ['min_p', { sampling: { ...sampling, minP: 0.1 } }],
  ['top_logprobs', { topLogprobs: 6 }],
  ['prompt', { prompt: { ids: [1, 2] } }],
])('%s is refused where web-llm cannot do it', (param, more) => {
  const refused = () => toWebLlm(request('Hi', more), 0, []);
  expect(refused).toThrow(expect.objectContaining({ code: 'unsupported_parameter', status: 400, param }));
});
