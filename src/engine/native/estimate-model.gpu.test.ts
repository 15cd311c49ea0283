import { expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { testGpu } from '../../../test/gpu/open.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import { estimateModel } from './estimate-model.ts';

const { features, limits } = await testGpu();
const gguf = await readGguf(bytesSource(tinyModel({ contextLength: 4096 })));

test('a model that fits has no problem, and the context of a load', () => {
  const { contextLength, problem } = estimateModel(gguf, { features, limits }, {}, { contextLength: 1000 });
  expect({ contextLength, problem }).toEqual({ contextLength: 1000, problem: undefined });
});

test('a model that is too large says which limit is in the way, and what it would take', () => {
  const small = { features, limits: { maxBindingBytes: 100_000, maxBufferBytes: 2 ** 20 } };
  const { cost, problem } = estimateModel(gguf, small, {}, {});
  expect(problem).toMatch(/activation hidden takes 131072 bytes, and a binding holds 100000/);
  expect(cost.gpuBytes).toBeGreaterThan(131072);
});
