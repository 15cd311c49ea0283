import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { GREEDY } from '../../../test/fixtures/greedy.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Engine, GenerateRequest, TokenEvent } from '../engine.ts';
import { inspectModel } from './inspect-model.ts';
import { loadNativeEngine } from './native-engine.ts';

const never = new AbortController().signal;

const gpu = await testGpu();
const source = bytesSource(tinyModel({ contextLength: 128 }));
const native = inspectModel(await readGguf(source), gpu.limits);
const engine = await loadNativeEngine(gpu, source, native, { id: 'tiny', signal: never });

function request(text: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return {
    prompt: { segments: [{ text, trusted: true }] },
    sampling: GREEDY,
    maxTokens: 8,
    stop: [],
    choices: 1,
    ...more,
  };
}

async function collect(from: Engine, of: GenerateRequest, signal = never): Promise<TokenEvent[]> {
  const events: TokenEvent[] = [];
  for await (const event of from.generate(of, signal)) events.push(event);
  return events;
}

const textOf = (events: readonly TokenEvent[]) => events.map(({ text }) => text).join('');

describe('an answer', async () => {
  const whole = await collect(engine, request('Once upon a time'));
  const text = textOf(whole);

  test('ends with its reason and usage', () => {
    expect(whole.filter(({ type }) => type === 'token')).toHaveLength(8);
    expect(whole.at(-1)).toMatchObject({ type: 'finish', reason: 'length', usage: { completionTokens: 8 } });
  });

  test('is the same again, from the cached prefix', async () => {
    const again = await collect(engine, request('Once upon a time'));
    expect(textOf(again)).toBe(text);
    const finish = again.at(-1);
    expect(finish?.type === 'finish' && finish.usage.promptTokens - finish.usage.cachedTokens).toBe(1);
  });

  test('is cut at a stop string, which does not show', async () => {
    const stop = text.slice(3, 5);
    const cut = await collect(engine, request('Once upon a time', { stop: [stop] }));
    expect(textOf(cut)).toBe(text.slice(0, text.indexOf(stop)));
    expect(cut.at(-1)).toMatchObject({ reason: 'stop' });
  });

  test('has log-probabilities when asked', async () => {
    const [first] = await collect(engine, request('Once', { topLogprobs: 2 }));
    if (first?.type !== 'token') throw new TypeError('no token came');
    expect(first.topLogprobs?.[0]).toEqual(first.logprob); // greedy takes the likeliest
    expect(first.logprob?.logprob).toBeLessThan(0);
  });
});

test('an answer is held to a JSON schema, in every choice', async () => {
  const schema = {
    type: 'object',
    properties: { city: { type: 'string', maxLength: 5 }, sunny: { type: 'boolean' }, degrees: { enum: [1, 2, 3] } },
    required: ['city', 'sunny', 'degrees'],
    additionalProperties: false,
  };
  const asked = request('Weather?', { grammar: { kind: 'json-schema', schema }, choices: 2, maxTokens: 100 });
  const events = await collect(engine, { ...asked, ignoreEos: true, sampling: { ...asked.sampling, temperature: 1 } });
  for (const choice of [0, 1]) {
    const own = events.filter(event => event.choice === choice);
    expect(own.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
    const value = JSON.parse(textOf(own));
    expect(value).toEqual({ city: expect.any(String), sunny: expect.any(Boolean), degrees: expect.any(Number) });
  }
});

test('choices of one seed differ from each other, and repeat', async () => {
  const asked = request('Hello', { choices: 2 });
  const sampled = { ...asked, sampling: { ...asked.sampling, temperature: 1, seed: 5 } };
  const ofChoice = (events: readonly TokenEvent[], choice: number) => textOf(events.filter(e => e.choice === choice));
  const first = await collect(engine, sampled);
  const second = await collect(engine, sampled);
  expect(ofChoice(first, 0)).toBe(ofChoice(second, 0));
  expect(ofChoice(first, 1)).toBe(ofChoice(second, 1));
  expect(ofChoice(first, 0)).not.toBe(ofChoice(first, 1));
});

test('requests that come together are answered one after the other, each as if alone', async () => {
  const alone = [textOf(await collect(engine, request('one'))), textOf(await collect(engine, request('two')))];
  const together = await Promise.all([collect(engine, request('one')), collect(engine, request('two'))]);
  expect(together.map(textOf)).toEqual(alone);
});

test('leaving the loop frees the engine', async () => {
  for await (const _ of engine.generate(request('left early', { maxTokens: 100 }), never)) break;
  expect(await collect(engine, request('next'))).not.toHaveLength(0);
});

test.each([
  { name: 'too long', of: request('word '.repeat(200)), code: 'context_length_exceeded' },
  { name: 'of a strange id', of: request('', { prompt: { ids: [1, 99_999] } }), code: 'invalid_token_id' },
  { name: 'empty', of: request('', { prompt: { ids: [] } }), code: 'empty_prompt' },
  {
    name: 'with a grammar that has no rules',
    of: request('x', { grammar: { kind: 'ebnf', source: '' } }),
    code: 'invalid_grammar',
  },
  {
    name: 'with a schema that cannot be enforced',
    of: request('x', { grammar: { kind: 'json-schema', schema: { not: {} } } }),
    code: 'invalid_json_schema',
  },
])('a prompt $name is refused, and the next is answered', async ({ of, code }) => {
  await expect(collect(engine, of)).rejects.toMatchObject({ code, status: 400 });
  expect(await collect(engine, request('next'))).not.toHaveLength(0);
});

test('a text that cannot fit is refused before it is tokenised', async () => {
  const start = performance.now();
  const refused = collect(engine, request('the user '.repeat(2_000_000)));
  await expect(refused).rejects.toMatchObject({
    code: 'context_length_exceeded',
    message: expect.stringContaining('at least'),
  });
  expect(performance.now() - start).toBeLessThan(500);
});
