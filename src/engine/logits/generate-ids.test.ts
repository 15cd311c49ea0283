import { describe, expect, test } from 'vitest';
import { GREEDY } from '../../../test/fixtures/greedy.ts';
import { Sampler } from '../../sampler/sampler.ts';
import { Context, type LogitsModel } from './context.ts';
import { type Constraint, generateIds, type IdLimits } from './generate-ids.ts';

const VOCABULARY = 10;
const END = 9;

/** A model for which the next id is always the last one and one more; it remembers what it was fed. */
class CountingModel implements LogitsModel {
  readonly contextLength: number;
  readonly fed: { ids: number[]; position: number }[] = [];

  constructor(contextLength = 100) {
    this.contextLength = contextLength;
  }

  async forward(ids: readonly number[], position: number, signal?: AbortSignal): Promise<Float32Array> {
    signal?.throwIfAborted();
    await new Promise(resolve => setTimeout(resolve)); // as long as anything else may take
    this.fed.push({ ids: [...ids], position });
    const logits = new Float32Array(VOCABULARY);
    logits[((ids.at(-1) ?? 0) + 1) % VOCABULARY] = 1;
    return logits;
  }
}

const never = new AbortController().signal;

async function run(context: Context, prompt: number[], limits: Partial<IdLimits> = {}, signal = never) {
  const { logits, reused } = await context.replace(prompt, signal);
  const all = { endIds: new Set([END]), maxTokens: Number.POSITIVE_INFINITY, ...limits };
  const generator = generateIds(context, logits, new Sampler(GREEDY, prompt, 0), all, signal);
  const ids: number[] = [];
  let next = await generator.next();
  for (; !next.done; next = await generator.next()) ids.push(next.value.id);
  return { ids, reason: next.value, reused };
}

describe('the loop', () => {
  test('ends at an end token, which it does not give out', async () => {
    const result = await run(new Context(new CountingModel()), [1, 5]);
    expect(result).toEqual({ ids: [6, 7, 8], reason: 'stop', reused: 0 });
  });

  test('ends at the token limit, without a step for a token that nobody will see', async () => {
    const model = new CountingModel();
    const result = await run(new Context(model), [1], { maxTokens: 3 });
    expect(result).toMatchObject({ ids: [2, 3, 4], reason: 'length' });
    expect(model.fed).toHaveLength(3); // the prompt and two tokens
  });

  test('ends when the context is full, its last position used', async () => {
    const model = new CountingModel(5);
    const result = await run(new Context(model), [1, 2], { endIds: new Set() });
    expect(result).toMatchObject({ ids: [3, 4, 5, 6], reason: 'length' });
    expect(model.fed.at(-1)?.position).toBe(4);
  });

  test('stops within one token of an abort', async () => {
    const model = new CountingModel();
    const controller = new AbortController();
    const context = new Context(model);
    const { logits } = await context.replace([1], controller.signal);
    const limits = { endIds: new Set<number>(), maxTokens: 100 };
    const generator = generateIds(context, logits, new Sampler(GREEDY, [1], 0), limits, controller.signal);
    await generator.next();
    await generator.next();
    const before = model.fed.length;
    controller.abort();
    await expect(generator.next()).rejects.toThrow(/abort/i);
    expect(model.fed).toHaveLength(before);
  });

  test('fails where a mask cannot be made, once the step beside it has ended', async () => {
    const context = new Context(new CountingModel());
    let masks = 0;
    const constraint: Constraint = {
      fillMask: async () => {
        if (masks++ > 0) throw new Error('no mask');
        return new Uint32Array([-1]);
      },
      forcedId: async () => undefined,
      accept: () => true,
    };
    await expect(run(context, [1], { constraint })).rejects.toThrow('no mask');
    expect(context.length).toBe(2); // the prompt and one token
  });
});

describe('the prefix', () => {
  test('of the last conversation is reused, its answer too', async () => {
    const model = new CountingModel();
    const context = new Context(model);
    await run(context, [1, 2, 3], { maxTokens: 3 }); // the cache holds 1 2 3 4 5
    const { reused } = await run(context, [1, 2, 3, 4, 5, 0, 1], { maxTokens: 1 });
    expect(reused).toBe(5);
    expect(model.fed.at(-1)).toEqual({ ids: [0, 1], position: 5 });
  });

  test('ends where the prompts part', async () => {
    const context = new Context(new CountingModel());
    await run(context, [1, 2, 3, 4], { maxTokens: 1 });
    expect((await run(context, [1, 2, 7, 4], { maxTokens: 1 })).reused).toBe(2);
  });

  test('of an equal prompt leaves the last id, whose logits are needed', async () => {
    const context = new Context(new CountingModel());
    await run(context, [1, 2, 3], { maxTokens: 1 });
    expect((await run(context, [1, 2, 3], { maxTokens: 1 })).reused).toBe(2);
  });

  test('forgets what a failed step may have overwritten', async () => {
    const context = new Context(new CountingModel());
    await run(context, [1, 2, 3], { maxTokens: 1 });
    await expect(context.replace([1, 7, 8], AbortSignal.abort())).rejects.toThrow();
    expect((await run(context, [1, 2, 3], { maxTokens: 1 })).reused).toBe(1);
  });
});
