import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { GREEDY } from '../../../test/fixtures/greedy.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference } from '../../../test/gpu/run-kernel.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import { loadModel } from '../../model/model.ts';
import type { Prompt, TokenEvent } from '../engine.ts';
import { Context } from '../logits/context.ts';
import { inspectModel } from './inspect-model.ts';
import { loadNativeEngine } from './native-engine.ts';

const never = new AbortController().signal;

const gpu = await testGpu();
const source = bytesSource(tinyModel({ architecture: 'qwen35', contextLength: 1024 }));
const native = inspectModel(await readGguf(source), gpu.limits);

/** Aborts when it is looked at for the `count`th time: between two chunks, or two tokens. */
function abortAtLook(count: number): AbortSignal {
  const controller = new AbortController();
  const { signal } = controller;
  let looks = 0;
  signal.throwIfAborted = () => {
    if (++looks === count) controller.abort();
    AbortSignal.prototype.throwIfAborted.call(signal);
  };
  return signal;
}

const idsOf = (length: number, seed: number) => Array.from({ length }, (_, i) => 40 + ((i * 31 + i * i * seed) % 80));

describe('logits after a prompt are those of a fresh context', async () => {
  const variant = { ...gpu.features, f16: false };
  const model = await loadModel(gpu, source, native.plan, { signal: never, cacheType: 'f32', variant });
  const long = idsOf(700, 1); // read to 180, to 692 in chunks, and to the end

  /** How far the logits are from those of a context that remembers nothing, and what was reused. */
  async function compare(context: Context, prompt: readonly number[]) {
    const { logits, reused } = await context.replace(prompt, never);
    const fresh = await model.forward(prompt, 0);
    return { difference: largestDifference(logits, fresh), reused };
  }

  test('that goes on where the last one ended', async () => {
    const context = new Context(model);
    await context.replace(long.slice(0, 40), never);
    await context.extend([50], never);
    const { difference, reused } = await compare(context, [...long.slice(0, 40), 50, 51, 52]);
    expect(reused).toBe(41);
    expect(difference).toBeLessThan(1e-4);
  });

  test('that parts from the last one in its middle, in its last tokens, and before any checkpoint', async () => {
    for (const { common, expected } of [
      { common: 500, expected: 180 },
      { common: 695, expected: 692 },
      { common: 100, expected: 0 },
    ]) {
      const context = new Context(model);
      await context.replace(long, never);
      const { difference, reused } = await compare(context, [...long.slice(0, common), ...idsOf(20, 3)]);
      expect(reused).toBe(expected);
      expect(difference).toBeLessThan(1e-4);
    }
  });

  test('after a prefill that was aborted between two chunks', async () => {
    const context = new Context(model);
    await expect(context.replace(long, abortAtLook(3))).rejects.toThrow(/abort/i);
    const { difference, reused } = await compare(context, [...long.slice(0, 300), ...idsOf(20, 3)]);
    expect(reused).toBe(180); // 436 were read
    expect(difference).toBeLessThan(1e-4);
  });
});

describe('an answer', async () => {
  const load = () => loadNativeEngine(gpu, source, native, { id: 'tiny', signal: never });
  type Engine = Awaited<ReturnType<typeof load>>;

  const engine = await load();

  async function ask(of: Engine, prompt: Prompt, { choices = 1, signal = never } = {}): Promise<Answer[]> {
    const request = { prompt, sampling: GREEDY, maxTokens: 12, stop: [], choices, ignoreEos: true };
    const events: TokenEvent[] = [];
    for await (const event of of.generate(request, signal)) events.push(event);
    return Array.from({ length: choices }, (_, choice) => answer(events.filter(event => event.choice === choice)));
  }

  /** The answer of an engine that was never asked before. */
  async function fresh(prompt: Prompt): Promise<string | undefined> {
    const other = await load();
    try {
      const [first] = await ask(other, prompt);
      return first?.text;
    } finally {
      await other.dispose();
    }
  }

  const first: Prompt = { ids: idsOf(60, 1) };
  const expected = await fresh(first);

  test('is the same in each of several choices, and those after the first read the last tokens alone', async () => {
    const answers = await ask(engine, first, { choices: 3 });
    expect(answers.map(({ text }) => text)).toEqual([expected, expected, expected]);
    expect(answers.map(({ cached }) => cached)).toEqual([0, 52, 52]);
  });

  test('follows from a conversation that goes on', async () => {
    const [{ ids: said = [] } = {}] = await ask(engine, first);
    const next = { ids: [...first.ids, ...said, ...idsOf(10, 2)] };
    const [answered] = await ask(engine, next);
    expect(answered).toMatchObject({ text: await fresh(next), cached: first.ids.length + said.length - 1 });
    const changed = { ids: [...first.ids, ...said, ...idsOf(10, 5)] };
    const [other] = await ask(engine, changed);
    expect(other).toMatchObject({ text: await fresh(changed), cached: 52 });
  });

  test('that was aborted leaves the next one right', async () => {
    await expect(ask(engine, { ids: idsOf(30, 7) }, { signal: abortAtLook(9) })).rejects.toThrow(/abort/i);
    const [again] = await ask(engine, { ids: idsOf(30, 7) });
    expect(again).toMatchObject({ text: await fresh({ ids: idsOf(30, 7) }), cached: 22 });
    const [back] = await ask(engine, first);
    expect(back?.text).toBe(expected);
  });
});

interface Answer {
  readonly text: string;
  readonly ids: number[];
  readonly cached: number | undefined;
}

function answer(events: readonly TokenEvent[]): Answer {
  const finish = events.find(event => event.type === 'finish');
  return {
    text: events.map(({ text }) => text).join(''),
    ids: events.flatMap(event => (event.type === 'token' ? (event.id ?? []) : [])),
    cached: finish?.usage.cachedTokens,
  };
}
