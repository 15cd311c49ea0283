import { describe, expect, test } from 'vitest';
import { testGpu } from '../../../test/gpu/open.ts';
import { largestDifference, randomFloats, runKernel, variants } from '../../../test/gpu/run-kernel.ts';
import { packHeads } from '../shared/heads.ts';
import {
  attention,
  attentionGrid,
  gateHeads,
  gateHeadsGrid,
  MAX_SPLITS,
  MERGE_CONSTANTS,
  merge,
  mergeGrid,
} from './attention.ts';
import { type AttentionShape, attentionReference, gateReference } from './reference.ts';

const gpu = await testGpu();

type Shape = Omit<AttentionShape, 'capacity'>;

function setUp(shape: Shape) {
  const { heads, kvHeads, headDim, tokens, position, sinks = [], causal = true } = shape;
  const capacity = position + tokens + 3;
  const q = randomFloats(tokens * heads * headDim, 1).map(value => value * 3);
  const keys = randomFloats(kvHeads * capacity * headDim, 2);
  const values = randomFloats(kvHeads * capacity * headDim, 3);
  const headShape = packHeads({ ...shape, rotaryDim: headDim, capacity, scale: headDim ** -0.5 });
  const partialSize = heads * MAX_SPLITS * (headDim + 4);
  const step = Uint32Array.of(tokens, position, 0, 0);
  const constants = { SINKS: sinks.length > 0 ? 1 : 0, CAUSAL: causal ? 1 : 0 };
  const buffers = [[step, headShape, q, keys, values, q.length, partialSize, Float32Array.of(...sinks, 0)]];
  const grid = attentionGrid(heads, shape);
  return {
    step,
    headShape,
    constants,
    buffers,
    grid,
    expected: attentionReference({ ...shape, capacity }, q, keys, values),
  };
}

describe.each(variants(gpu))('$name', ({ variant }) => {
  test.each<Shape>([
    { heads: 4, kvHeads: 2, headDim: 8, tokens: 1, position: 0 },
    { heads: 4, kvHeads: 2, headDim: 64, tokens: 5, position: 60 },
    { heads: 3, kvHeads: 1, headDim: 96, tokens: 2, position: 300 }, // teams that do not fill the workgroup, two tiles
    { heads: 1, kvHeads: 1, headDim: 256, tokens: 2, position: 10 },
    { heads: 2, kvHeads: 1, headDim: 16, tokens: 9, position: 3, window: 6 }, // begins before the window is full
    { heads: 2, kvHeads: 1, headDim: 16, tokens: 2, position: 700, window: 300 }, // two tiles
    { heads: 2, kvHeads: 2, headDim: 32, tokens: 3, position: 20, softCap: 0.7 },
    { heads: 2, kvHeads: 2, headDim: 32, tokens: 3, position: 20, softCap: 0.01 }, // far into tanh's flat ends
    { heads: 2, kvHeads: 1, headDim: 64, tokens: 3, position: 2, sinks: [30, -1] }, // above all scores, and among them
    { heads: 2, kvHeads: 2, headDim: 16, tokens: 2, position: 400, window: 300, sinks: [2, -200] }, // far below all
    { heads: 2, kvHeads: 2, headDim: 16, tokens: 1, position: 0, causal: false },
    { heads: 3, kvHeads: 3, headDim: 32, tokens: 270, position: 0, causal: false }, // two tiles
  ])(
    'one split: $heads heads of $headDim, $tokens tokens at $position, window $window, cap $softCap, sinks $sinks, causal $causal',
    async shape => {
      const { constants, buffers, grid, expected } = setUp(shape);
      const result = await runKernel(gpu, attention('f32', variant), constants, buffers, grid, [0, 5]);
      expect(largestDifference(result, expected)).toBeLessThan(1e-5);
    },
  );

  test.each([
    { position: 257 },
    { position: 1000 },
    { position: 5000 },
    { position: 1000, window: 600 },
    { position: 300, window: 600 },
    { position: 1000, sinks: [1, 30] },
  ])('splits of one token at $position, window $window, sinks $sinks', async place => {
    const shape = { heads: 2, kvHeads: 1, headDim: 16, tokens: 1, ...place };
    const { step, headShape, constants, buffers, grid, expected } = setUp(shape);
    const partial = await runKernel(gpu, attention('f32', variant), constants, buffers, grid, [0, 6]);
    const result = await runKernel(
      gpu,
      merge,
      MERGE_CONSTANTS,
      [[step, headShape, Float32Array.from(partial), expected.length]],
      mergeGrid(shape.heads, shape),
      [0, 3],
    );
    expect(largestDifference(result, expected)).toBeLessThan(1e-5);
  });
});

test('a gate behind each query multiplies what the head gives', async () => {
  const [heads, headDim, tokens] = [3, 40, 2];
  const gated = randomFloats(tokens * heads * 2 * headDim, 1);
  const result = randomFloats(tokens * heads * headDim, 2);
  const expectedGated = gateReference(gated, result, headDim);
  const shape = packHeads({ heads, kvHeads: 1, headDim, rotaryDim: 0, capacity: 1, scale: 1 });
  const buffers = [[Uint32Array.of(tokens, 0, 0, 0), shape, gated, result]];
  const y = await runKernel(gpu, gateHeads, {}, buffers, gateHeadsGrid(heads, headDim, tokens), [0, 3]);
  expect(largestDifference(y, expectedGated)).toBeLessThan(1e-6);
});
