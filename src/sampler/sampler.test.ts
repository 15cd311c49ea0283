import { describe, expect, test } from 'vitest';
import { descending } from './descending.ts';
import { logprobs } from './logprobs.ts';
import { Sampler } from './sampler.ts';
import type { Sampling } from './sampling.ts';

const OFF: Sampling = {
  repetitionPenalty: 1,
  frequencyPenalty: 0,
  presencePenalty: 0,
  logitBias: {},
  temperature: 1,
  topK: 0,
  topP: 1,
  minP: 0,
  seed: 7,
};

/** Logits of given probabilities. */
function fromProbabilities(...probabilities: number[]): Float32Array {
  return Float32Array.from(probabilities, Math.log);
}

/** How often each token comes in many single draws. */
function frequencies(logits: Float32Array, sampling: Partial<Sampling>, draws = 4000): number[] {
  const counts = new Array<number>(logits.length).fill(0);
  for (let seed = 0; seed < draws; seed++) {
    const id = new Sampler({ ...OFF, ...sampling, seed }, [], 0).next(logits);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts.map(count => count / draws);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  for (const [i, value] of expected.entries()) expect(actual[i], `token ${i}`).toBeCloseTo(value, 1);
  for (const [i, value] of expected.entries()) if (value === 0) expect(actual[i], `token ${i}`).toBe(0);
}

describe('what is kept', () => {
  const logits = fromProbabilities(0.1, 0.4, 0.2, 0.3);

  test.each<{ name: string; sampling: Partial<Sampling>; expected: number[] }>([
    { name: 'nothing is cut by default', sampling: {}, expected: [0.1, 0.4, 0.2, 0.3] },
    { name: 'temperature sharpens', sampling: { temperature: 0.5 }, expected: [1 / 30, 16 / 30, 4 / 30, 9 / 30] },
    { name: 'top-k', sampling: { topK: 2 }, expected: [0, 4 / 7, 0, 3 / 7] },
    { name: 'top-p keeps the token that reaches p', sampling: { topP: 0.65 }, expected: [0, 4 / 7, 0, 3 / 7] },
    { name: 'top-p of zero keeps one', sampling: { topP: 0 }, expected: [0, 1, 0, 0] },
    { name: 'min-p', sampling: { minP: 0.45 }, expected: [0, 4 / 9, 2 / 9, 3 / 9] },
    { name: 'top-p is a share of what top-k left', sampling: { topK: 3, topP: 0.7 }, expected: [0, 4 / 7, 0, 3 / 7] },
    { name: 'greedy', sampling: { temperature: 0 }, expected: [0, 1, 0, 0] },
    { name: 'bias of -100 bans', sampling: { logitBias: { 1: -100 } }, expected: [1 / 6, 0, 2 / 6, 3 / 6] },
    {
      name: 'bias for an id outside the vocabulary',
      sampling: { logitBias: { 9: 5 } },
      expected: [0.1, 0.4, 0.2, 0.3],
    },
  ])('$name', ({ sampling, expected }) => {
    expectClose(frequencies(logits, sampling), expected);
  });
});

describe('penalties', () => {
  const greedy = { ...OFF, temperature: 0 };

  test('repetition sees the prompt, and turns negative logits further down', () => {
    const sampler = new Sampler({ ...greedy, repetitionPenalty: 2 }, [0, 2], 0);
    expect(sampler.next(Float32Array.of(3, 2, -1))).toBe(1);
    expect(new Sampler({ ...greedy, repetitionPenalty: 2 }, [0], 0).next(Float32Array.of(-1, -1.5))).toBe(1);
  });

  test('frequency counts generated tokens only', () => {
    const sampler = new Sampler({ ...greedy, frequencyPenalty: 1 }, [0], 0);
    const logits = Float32Array.of(2.5, 1);
    expect([1, 2, 3, 4].map(() => sampler.next(logits))).toEqual([0, 0, 1, 0]);
  });

  test('presence counts once', () => {
    const sampler = new Sampler({ ...greedy, presencePenalty: 1 }, [], 0);
    const logits = Float32Array.of(2.5, 1.2);
    expect([1, 2, 3].map(() => sampler.next(logits))).toEqual([0, 0, 0]);
  });

  test('logits are left as they were', () => {
    const logits = Float32Array.of(1, 2);
    new Sampler({ ...greedy, logitBias: { 0: 5 } }, [], 0).next(logits);
    expect([...logits]).toEqual([1, 2]);
  });
});

describe('a mask', () => {
  const logits = fromProbabilities(0.1, 0.4, 0.2, 0.3);
  const mask = Uint32Array.of(0b0101);

  test.each<{ name: string; sampling: Partial<Sampling> }>([
    { name: 'by itself', sampling: {} },
    { name: 'greedy', sampling: { temperature: 0 } },
    { name: 'against a bias', sampling: { logitBias: { 1: 100, 3: 100 } } },
    { name: 'with top-k', sampling: { topK: 3 } },
    { name: 'with top-p', sampling: { topP: 0.99 } },
    { name: 'with penalties', sampling: { repetitionPenalty: 5, presencePenalty: 2 } },
  ])('bans what it leaves out: $name', ({ sampling }) => {
    for (let seed = 0; seed < 200; seed++) {
      expect([0, 2]).toContain(new Sampler({ ...OFF, ...sampling, seed }, [0, 2], 0).next(logits, mask));
    }
  });

  test('leaves the others their share', () => {
    let first = 0;
    for (let seed = 0; seed < 3000; seed++) {
      if (new Sampler({ ...OFF, seed }, [], 0).next(logits, mask) === 0) first++;
    }
    expect(first / 3000).toBeCloseTo(1 / 3, 1);
  });

  test('counts on from word to word', () => {
    const many = new Float32Array(100);
    const one = new Uint32Array(4);
    one[2] = 1 << 31;
    expect(new Sampler(OFF, [], 0).next(many, one)).toBe(95);
  });
});

describe('logits that nothing can be drawn from are refused:', () => {
  const { NaN: nan, POSITIVE_INFINITY: infinity, NEGATIVE_INFINITY: banned } = Number;

  test.each([
    ['all NaN', [nan, nan]],
    ['one NaN', [1, nan, 2]],
    ['an overflow', [1, infinity]],
    ['all banned', [banned, banned]],
    ['none at all', []],
  ])('%s', (_, logits) => {
    for (const temperature of [0, 1]) {
      const draw = () => new Sampler({ ...OFF, temperature }, [], 0).next(Float32Array.from(logits));
      expect(draw).toThrow(expect.objectContaining({ code: 'invalid_logits', status: 500 }));
    }
  });

  test('but not where one is left', () => {
    expect(new Sampler(OFF, [], 0).next(Float32Array.of(banned, 3, banned))).toBe(1);
  });
});

test('a seed repeats a run; choices and steps differ', () => {
  const logits = new Float32Array(1000);
  const run = (seed: number, choice: number) => {
    const sampler = new Sampler({ ...OFF, seed }, [], choice);
    return Array.from({ length: 8 }, () => sampler.next(logits));
  };
  expect(run(7, 0)).toEqual(run(7, 0));
  expect(run(7, 0)).not.toEqual(run(8, 0));
  expect(run(7, 0)).not.toEqual(run(7, 1));
  expect(new Set(run(7, 0)).size).toBeGreaterThan(4);
});

test('what was drawn is not counted until it is taken, and each attempt draws anew', () => {
  const sampler = new Sampler({ ...OFF, seed: 7, presencePenalty: 100 }, [], 0);
  const logits = new Float32Array(1000);
  const attempts = Array.from({ length: 8 }, (_, attempt) => sampler.draw(logits, undefined, attempt));
  expect(attempts[0]).toBe(sampler.draw(logits));
  expect(new Set(attempts).size).toBeGreaterThan(4);
});

test('descending is a stable sort', () => {
  const values = Float32Array.from({ length: 500 }, (_, i) => (i * 7919) % 50);
  const expected = [...values.keys()].sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b);
  expect([...descending(values)]).toEqual(expected);
});

test('log-probabilities of the drawn and the likeliest', () => {
  const { drawn, top } = logprobs(fromProbabilities(0.1, 0.6, 0.3), 0, 2);
  expect(drawn.id).toBe(0);
  expect(drawn.logprob).toBeCloseTo(Math.log(0.1), 5);
  expect(top.map(({ id }) => id)).toEqual([1, 2]);
  expect(top[0]?.logprob).toBeCloseTo(Math.log(0.6), 5);
});
