import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findGoldens } from '../../scripts/golden-files.ts';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { tinyEncoder } from '../../test/fixtures/tiny-encoder.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../test/gpu/open.ts';
import { largestDifference } from '../../test/gpu/run-kernel.ts';
import { product } from '../../test/gpu/test-matrix.ts';
import type { ByteSource } from '../gguf/byte-source.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { planModel } from './architectures.ts';
import { loadModel } from './model.ts';

const signal = new AbortController().signal;
const gpu = await testGpu();

async function load(source: ByteSource) {
  const plan = planModel(await readGguf(source));
  const variant = { ...gpu.features, f16: false };
  return { plan, model: await loadModel(gpu, source, plan, { signal, cacheType: 'f32', variant }) };
}

const lengthOf = (vector: Float32Array) => Math.sqrt(vector.reduce((sum, value) => sum + value ** 2, 0));
const unit = (vector: Float32Array) => vector.map(value => value / lengthOf(vector));
const sumOf = (rows: readonly Float32Array[]) =>
  rows.reduce((sum, row) => sum.map((value, i) => value + (row[i] ?? 0)));

/** The output matrix turns what a decoder's tokens become into their logits: so it must turn what stands for them all. */
test.each([
  { name: 'the last token', pooling: 3, expected: (rows: Float32Array[]) => rows.slice(-1) },
  { name: 'the mean of all tokens', pooling: 0, expected: (rows: Float32Array[]) => rows },
])('a decoder embeds by $name, in whatever many steps', async ({ pooling, expected }) => {
  const source = bytesSource(tinyModel({ pooling }));
  const { plan, model } = await load(source);
  const ids = Array.from({ length: 259 }, (_, i) => (i * 31) % model.vocabularySize); // a step of 256, and one more
  const rows = [...(await model.forwardEach(ids.slice(0, 256), 0)), ...(await model.forwardEach(ids.slice(256), 256))];

  const embedding = await model.embed(ids);
  expect(lengthOf(embedding)).toBeCloseTo(1, 5);
  const { tensor, columns } = plan.output ?? {};
  if (!tensor || !columns) throw new TypeError('no decoder');
  const output = new Float32Array((await source.read(tensor.offset, tensor.bytes)).buffer);
  const logits = product(output, embedding, model.vocabularySize, columns);
  expect(largestDifference(unit(logits), unit(sumOf(expected(rows))))).toBeLessThan(1e-4);
});

test('an encoder sees all of a text, and nothing of another', async () => {
  const { model } = await load(bytesSource(tinyEncoder()));
  const alone = await model.embed([2, 40, 41, 3]);
  const longer = await model.embed([2, 40, 41, 42, 3]);
  expect(largestDifference(await model.embed([2, 40, 41, 3]), alone)).toBe(0);
  expect(largestDifference(longer, alone)).toBeGreaterThan(1e-3);
  expect(lengthOf(alone)).toBeCloseTo(1, 5);
  await expect(model.forward([2, 3], 0)).rejects.toThrow('no logits');
});

test.for(['bert-cls-F16', 'bert-mean-Q8_0', 'nomic-bert-Q8_0'])(
  '%s embeds as the reference does',
  async (name, ctx) => {
    if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
    const golden = (await findGoldens(goldenPath('embeddings'))).find(({ label }) => label === name);
    if (!golden) throw new TypeError(`there is no reference of ${name}`);
    const { model } = await load(bytesSource(await readFile(golden.file)));
    expect(golden.embeddings.length).toBeGreaterThan(9);
    for (const { ids, vector } of golden.embeddings.slice(0, 9)) {
      expect(largestDifference(await model.embed(ids), vector)).toBeLessThan(1e-5);
    }
  },
);
