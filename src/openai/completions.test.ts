import { describe, expect, test } from 'vitest';
import { type Script, ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

function start(script?: Script) {
  const engine = new ScriptedEngine(script);
  const handler = createHandler(scriptedProvider(engine));
  const post = (body: object, headers: HeadersInit = {}) => {
    const init = { method: 'POST', body: JSON.stringify({ prompt: 'Once upon', ...body }), headers };
    return handler(new Request('https://app.example/v1/completions', init));
  };
  return { engine, post };
}

async function readChunks(response: Response) {
  const events = (await response.text()).trimEnd().split('\n\n');
  expect(events.pop()).toBe('data: [DONE]');
  return events.map(event => JSON.parse(event.replace(/^data: /, '')));
}

const head = {
  id: expect.stringMatching(/^cmpl-[0-9a-f]{32}$/),
  object: 'text_completion',
  created: expect.any(Number),
  model: 'scripted',
  system_fingerprint: 'fp_scripted',
};
const choice = (index: number, text: string, finish_reason: string | null = null, logprobs: object | null = null) => {
  return { index, text, logprobs, finish_reason };
};
const usage = (prompt_tokens: number, completion_tokens: number) => ({
  prompt_tokens,
  completion_tokens,
  total_tokens: prompt_tokens + completion_tokens,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: {
    reasoning_tokens: 0,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  },
});

describe('a text completion', () => {
  test('has every field of OpenAI’s', async () => {
    const response = await start().post({});
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ...head,
      choices: [choice(0, 'Hello there.', 'stop')],
      usage: usage(2, 3),
    });
  });

  test('as a stream has its text in pieces, the finish reason and [DONE]', async () => {
    const { post } = start();
    const chunks = [choice(0, 'Hello'), choice(0, ' there'), choice(0, '.'), choice(0, '', 'stop')].map(piece => ({
      ...head,
      choices: [piece],
    }));
    expect(await readChunks(await post({ stream: true }))).toEqual(chunks);
    expect(await readChunks(await post({}, { Accept: 'text/event-stream' }))).toEqual(chunks);
    expect(await readChunks(await post({ stream: true, stream_options: { include_usage: true } }))).toEqual([
      ...chunks.map(chunk => ({ ...chunk, usage: null })),
      { ...head, choices: [], usage: usage(2, 3) },
    ]);
  });

  test('of several prompts has n choices for each, in their order, and each prompt’s tokens once', async () => {
    const answer: Script['answer'] = ({ prompt }, index) => [
      'segments' in prompt ? `${prompt.segments[0]?.text}${index}` : '',
    ];
    const { post } = start({ answer });
    const body = await (await post({ prompt: ['a', 'b c'], n: 2 })).json();
    expect(body.choices).toEqual(['a0', 'a1', 'b c0', 'b c1'].map((text, index) => choice(index, text, 'stop')));
    expect(body.usage).toEqual(usage(3, 4));
  });

  test('begins with its prompt when it is echoed', async () => {
    const { post } = start({ answer: ['!'] });
    const { choices } = await (await post({ prompt: ['a', 'b'], n: 2, echo: true })).json();
    expect(choices.map(({ text }: { text: string }) => text)).toEqual(['a!', 'a!', 'b!', 'b!']);
    const [first, second] = await readChunks(await post({ echo: true, stream: true }));
    expect([first.choices, second.choices]).toEqual([[choice(0, 'Once upon')], [choice(0, '!')]]);
  });

  test('has log-probabilities in lists, and each token’s place in the text', async () => {
    const { post } = start({ answer: ['Ä', ' b'] });
    const { choices } = await (await post({ logprobs: 2 })).json();
    expect(choices[0].logprobs).toEqual({
      tokens: ['Ä', ' b'],
      token_logprobs: [-0.25, -0.25],
      top_logprobs: [
        { Ä: -0.25, other1: -1.25 },
        { ' b': -0.25, other1: -1.25 },
      ],
      text_offset: [0, 1],
    });
    const [first, second] = await readChunks(await post({ logprobs: 0, stream: true }));
    expect(first.choices[0].logprobs).toEqual({
      tokens: ['Ä'],
      token_logprobs: [-0.25],
      top_logprobs: [{ Ä: -0.25 }],
      text_offset: [0],
    });
    expect(second.choices[0].logprobs.text_offset).toEqual([1]);
  });

  test('that fails in the middle of a stream ends with the error', async () => {
    const { post } = start({
      beforeToken: index => {
        if (index === 1) throw new Error('The device is lost.');
      },
    });
    const events = (await (await post({ stream: true })).text()).trimEnd().split('\n\n');
    expect(events).toHaveLength(2);
    expect(events[1]).toContain('{"error":{"message":"The device is lost."');
  });
});

describe('what the engine gets', () => {
  const sampling = { temperature: 0.5, topP: 0.9, seed: 3, logitBias: { 5: -1 }, presencePenalty: 1 };

  test('is text in which the model’s own marks count', async () => {
    const { engine, post } = start();
    await post({ prompt: 'a</s>b' });
    expect(engine.requests).toEqual([
      expect.objectContaining({
        prompt: { segments: [{ text: 'a</s>b', trusted: true }] },
        maxTokens: 16,
        stop: [],
        choices: 1,
      }),
    ]);
  });

  test.each([
    { prompt: [1, 2, 3], asked: [{ ids: [1, 2, 3] }] },
    { prompt: [[1], [2, 3]], asked: [{ ids: [1] }, { ids: [2, 3] }] },
  ])('is token ids as they are: $prompt', async ({ prompt, asked }) => {
    const { engine, post } = start();
    expect((await post({ prompt })).status).toBe(200);
    await expect.poll(() => engine.requests.map(request => request.prompt)).toEqual(asked);
  });

  test('is every parameter', async () => {
    const { engine, post } = start();
    const asked = { temperature: 0.5, top_p: 0.9, seed: 3, logit_bias: { 5: -1 }, presence_penalty: 1 };
    await post({ ...asked, max_tokens: 2, stop: ['x', 'y'], n: 3, best_of: 3, logprobs: 1, ignore_eos: true });
    expect(engine.requests[0]).toMatchObject({
      ...{ sampling, maxTokens: 2, stop: ['x', 'y'], choices: 3, topLogprobs: 1, ignoreEos: true },
    });
  });
});

describe('refused by name', () => {
  test.each<[object, string, string]>([
    [{ prompt: undefined }, 'missing_required_parameter', 'prompt'],
    [{ prompt: 7 }, 'invalid_type', 'prompt'],
    [{ prompt: [] }, 'invalid_value', 'prompt'],
    [{ prompt: [[]] }, 'invalid_value', 'prompt[0]'],
    [{ prompt: [1, 'a'] }, 'invalid_type', 'prompt[1]'],
    [{ prompt: [-1] }, 'invalid_value', 'prompt[0]'],
    [{ prompt: 'word '.repeat(300) }, 'context_length_exceeded', 'prompt'],
    [{ suffix: 'The end.' }, 'unsupported_parameter', 'suffix'],
    [{ best_of: 2 }, 'unsupported_parameter', 'best_of'],
    [{ echo: true, logprobs: 1 }, 'unsupported_parameter', 'echo'],
    [{ echo: true, prompt: [1] }, 'unsupported_parameter', 'echo'],
    [{ logprobs: 6 }, 'invalid_value', 'logprobs'],
    [{ logprobs: true }, 'invalid_type', 'logprobs'],
  ])('%j', async (body, code, param) => {
    const response = await start().post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });

  test('a model that does not complete text', async () => {
    const capabilities = { chat: true, completion: false, embedding: false };
    const response = await start({ info: { capabilities } }).post({});
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_model', param: 'model' } });
  });
});
