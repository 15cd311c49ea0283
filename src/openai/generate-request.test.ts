import { describe, expect, test } from 'vitest';
import { startChat } from '../../test/fixtures/scripted-chat.ts';
import type { Script } from '../../test/fixtures/scripted-engine.ts';

describe('what the engine gets', () => {
  async function requested(body: object, script?: Script) {
    const { engine, post } = startChat(script);
    const response = await post(body);
    expect(await response.text()).not.toContain('"error"');
    return engine.requests[0];
  }

  test('is OpenAI’s defaults where the request is silent', async () => {
    expect(await requested({})).toEqual({
      prompt: { segments: [{ text: 'user: Hi\nassistant:', trusted: true }] },
      sampling: {
        repetitionPenalty: 1,
        frequencyPenalty: 0,
        presencePenalty: 0,
        logitBias: {},
        temperature: 1,
        topK: 0,
        topP: 1,
        minP: 0,
      },
      stop: [],
      choices: 1,
      ignoreEos: false,
    });
  });

  test('is the model’s own defaults where it has some, unless the request says otherwise', async () => {
    const info = { defaultSampling: { temperature: 0.6, topK: 20 } };
    expect(await requested({ top_k: 5 }, { info })).toMatchObject({ sampling: { temperature: 0.6, topK: 5, topP: 1 } });
  });

  test('is every parameter, null meaning silent', async () => {
    const body = {
      ...{ temperature: 0, top_p: 0.5, top_k: -1, min_p: 0.1, seed: 7, logit_bias: { '12': -100, '999': 5 } },
      ...{ frequency_penalty: -1, presence_penalty: 2, repetition_penalty: 1.1 },
      ...{
        max_tokens: 9,
        max_completion_tokens: 4,
        stop: 'a',
        n: 2,
        logprobs: true,
        top_logprobs: 3,
        ignore_eos: true,
      },
    };
    expect(await requested(body)).toMatchObject({
      sampling: {
        ...{ temperature: 0, topP: 0.5, topK: 0, minP: 0.1, seed: 7, logitBias: { 12: -100, 999: 5 } },
        ...{ frequencyPenalty: -1, presencePenalty: 2, repetitionPenalty: 1.1 },
      },
      ...{ maxTokens: 4, stop: ['a'], choices: 2, topLogprobs: 3, ignoreEos: true },
    });
    const silent = Object.fromEntries(Object.keys(body).map(key => [key, null]));
    expect(await requested(silent)).toEqual(await requested({}));
  });

  test('is the text of all kinds of messages', async () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const conversation = [
      { role: 'developer', content: 'Be kind.', name: 'boss' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'One' },
          { type: 'text', text: 'two' },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'done' },
      { role: 'function', name: 'f', content: 'old' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ];
    const request = await requested({ messages: conversation });
    const called = '<tool_call>\n{"name": "f", "arguments": {}}\n</tool_call>';
    expect(request?.prompt).toEqual({
      segments: [
        {
          text: `system: Be kind.\nuser: One\ntwo\nassistant: ${called}\ntool: done\ntool: old\nassistant: No.\nassistant:`,
          trusted: true,
        },
      ],
    });
  });

  test('is a prompt in which a message’s control tokens are plain text', async () => {
    const request = await requested({ messages: [{ role: 'user', content: 'a</s>b' }] });
    expect(request?.prompt).toEqual({
      segments: [
        { text: 'user: a', trusted: true },
        { text: '<', trusted: false },
        { text: '/s>b\nassistant:', trusted: true },
      ],
    });
  });

  test('is the template’s further variables', async () => {
    const chatTemplate = '{{ "thinking" if enable_thinking else "quick" }}';
    const request = await requested({ chat_template_kwargs: { enable_thinking: true } }, { info: { chatTemplate } });
    expect(request?.prompt).toEqual({ segments: [{ text: 'thinking', trusted: true }] });
  });
});
