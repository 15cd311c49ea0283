import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { GREEDY } from '../../../test/fixtures/greedy.ts';
import { tinyEncoder } from '../../../test/fixtures/tiny-encoder.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Engine, Prompt } from '../engine.ts';
import { inspectModel } from './inspect-model.ts';
import { loadNativeEngine } from './native-engine.ts';

const never = new AbortController().signal;
const gpu = await testGpu();

async function load(bytes: Uint8Array): Promise<Engine> {
  const source = bytesSource(bytes);
  const native = inspectModel(await readGguf(source), gpu.limits);
  return loadNativeEngine(gpu, source, native, { id: 'tiny', signal: never });
}

const text = (text: string): Prompt => ({ segments: [{ text, trusted: false }] });

async function embed(engine: Engine, inputs: Prompt[], signal = never) {
  if (!engine.embed) throw new TypeError('it does not embed');
  return engine.embed(inputs, signal);
}

describe('an encoder', async () => {
  const engine = await load(tinyEncoder());

  test('says that it embeds, and nothing else', () => {
    expect(engine.info.capabilities).toEqual({ chat: false, completion: false, embedding: true });
    expect(engine.info.contextLength).toBe(32);
  });

  test('embeds each text of a batch as if it were alone', async () => {
    const inputs = [text('The fireplace is warm.'), text('is it?'), { ids: [2, 56, 3] }];
    const batch = await embed(engine, inputs);
    expect(batch.map(({ tokens }) => tokens)).toEqual([8, 6, 3]);
    for (const [i, input] of inputs.entries()) expect(await embed(engine, [input])).toEqual([batch[i]]);
    for (const { vector } of batch) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('takes a text as long as its context, and refuses a longer one', async () => {
    const [longest] = await embed(engine, [text('a '.repeat(30))]);
    expect(longest?.tokens).toBe(32);
    const refused = embed(engine, [text('a'), text('a '.repeat(31))]);
    await expect(refused).rejects.toMatchObject({
      code: 'context_length_exceeded',
      message: "The prompt is 33 tokens long; the model's context of 32 must hold it.",
    });
  });

  test('answers the next when one was aborted', async () => {
    await expect(embed(engine, [text('a')], AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(await embed(engine, [text('a')])).toHaveLength(1);
  });
});

describe('a decoder', () => {
  test('embeds between answers, which stay the same', async () => {
    const engine = await load(tinyModel({ contextLength: 128 }));
    expect(engine.info.capabilities).toEqual({ chat: true, completion: true, embedding: true });
    const answer = async () => {
      const request = { prompt: text('Once upon'), sampling: GREEDY, maxTokens: 4, stop: [], choices: 1 };
      const events = [];
      for await (const event of engine.generate(request, never)) events.push(event);
      return events.map(({ text }) => text).join('');
    };
    const before = await answer();
    const [first, second] = await embed(engine, [text('the user is here'), text('Once upon')]);
    expect(first?.vector).toHaveLength(64);
    expect(first).not.toEqual(second);
    expect(await answer()).toBe(before);
  });

  test('that was made to embed does not chat', async () => {
    const engine = await load(tinyModel({ pooling: 3 }));
    expect(engine.info.capabilities).toEqual({ chat: false, completion: false, embedding: true });
  });
});
