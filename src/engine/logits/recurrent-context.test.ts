import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Checkpoints } from '../../model/checkpoints.ts';
import { Context, type LogitsModel } from './context.ts';

/** Ids that a step takes, between two looks at the signal. */
const CHUNK = 5;

/** A model whose state is all that it has read, in order, and whose logits are that; it cannot read from elsewhere. */
class RecurrentModel implements LogitsModel {
  readonly contextLength = 4096;
  readonly checkpoints: Checkpoints<{ read: readonly number[] }>;
  readonly #state: { read: readonly number[] } = { read: [] };
  /** Ids read, all in all. */
  fed = 0;
  /** When it has read so many, the next chunk is aborted. */
  abortAfter = Number.POSITIVE_INFINITY;

  constructor(copies: number) {
    const room = Array.from({ length: copies }, () => ({ read: [] }));
    this.checkpoints = new Checkpoints(this.#state, room, (from, to) => Object.assign(to, from));
  }

  async forward(ids: readonly number[], position: number): Promise<Float32Array> {
    for (let start = 0; start < ids.length; start += CHUNK) {
      if (this.fed >= this.abortAfter) throw new DOMException('enough', 'AbortError');
      const chunk = ids.slice(start, start + CHUNK);
      this.checkpoints.advance(position + start, chunk.length);
      const before = position + start === 0 ? [] : this.#state.read;
      this.#state.read = [...before, ...chunk];
      this.fed += chunk.length;
    }
    return Float32Array.from(this.#state.read);
  }
}

const never = new AbortController().signal;

async function replace(context: Context, ids: number[]): Promise<{ read: number[]; reused: number }> {
  const { logits, reused } = await context.replace(ids, never);
  return { read: [...logits], reused };
}

test('whatever was read, or not to its end, an answer follows from its prompt alone', async () => {
  // Two ids only, so that prompts have much in common.
  const prompt = fc.array(fc.nat(1), { minLength: 1, maxLength: 60 });
  const turn = fc.record({ prompt, answer: fc.array(fc.nat(1), { maxLength: 20 }), abortAfter: fc.nat(70) });
  const turns = fc.array(turn, { minLength: 2, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(turns, fc.integer({ min: 1, max: 4 }), async (all, copies) => {
      const model = new RecurrentModel(copies);
      const context = new Context(model);
      for (const { prompt: ids, answer, abortAfter } of all) {
        const before = model.fed;
        model.abortAfter = before + abortAfter;
        try {
          const { read, reused } = await replace(context, ids);
          expect(read).toEqual(ids);
          expect(model.fed - before).toBe(ids.length - reused);
          const said = [...ids];
          for (const id of answer) {
            said.push(id);
            expect([...(await context.extend([id], never))]).toEqual(said);
          }
        } catch (error) {
          if (!(error instanceof DOMException)) throw error;
        }
      }
    }),
    { numRuns: 100 },
  );
});

const ids = (length: number, seed = 1) => Array.from({ length }, (_, i) => (i * 31 * seed) % 97);

test('the next turn goes on from the answer, or from before the last tokens of the last prompt', async () => {
  const context = new Context(new RecurrentModel(3));
  const prompt = ids(100);
  await replace(context, prompt);
  await context.extend([1, 2, 3], never);
  expect((await replace(context, [...prompt, 1, 2, 3, 50, 51])).reused).toBe(103);
  const otherwise = [...prompt.slice(0, 97), 60, 61, 62, 63]; // the answer's opening is written another way
  expect((await replace(context, otherwise)).reused).toBe(92);
});

test('another answer to the same prompt reads its last tokens alone', async () => {
  const context = new Context(new RecurrentModel(3));
  const prompt = ids(100);
  await replace(context, prompt);
  for (let choice = 0; choice < 3; choice++) {
    await context.extend([choice], never);
    expect((await replace(context, prompt)).reused).toBe(92);
  }
});

test('a changed last message reads from the end of the prompt before it', async () => {
  const context = new Context(new RecurrentModel(3));
  const first = ids(100);
  await replace(context, first);
  const second = [...first, ...ids(60, 2)];
  await replace(context, second);
  expect((await replace(context, [...first, ...ids(60, 3)])).reused).toBe(92);
});

test('a prompt that parts in the middle of a long one reads from a checkpoint within it', async () => {
  const context = new Context(new RecurrentModel(3));
  const long = ids(1400);
  await replace(context, long);
  expect((await replace(context, [...long.slice(0, 1200), 98])).reused).toBe(880);
  expect((await replace(context, [...long.slice(0, 600), 98])).reused).toBe(368);
});

test('a prompt that was aborted goes on from the last checkpoint', async () => {
  const model = new RecurrentModel(3);
  const context = new Context(model);
  model.abortAfter = 700;
  await expect(replace(context, ids(1400))).rejects.toThrow(/enough/);
  model.abortAfter = Number.POSITIVE_INFINITY;
  expect(await replace(context, ids(1400))).toEqual({ read: ids(1400), reused: 368 });
});
