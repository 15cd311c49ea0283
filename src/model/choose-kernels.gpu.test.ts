import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { miscompiling } from '../../test/gpu/miscompiling-device.ts';
import { testDevice } from '../../test/gpu/open.ts';
import { largestDifference, variants } from '../../test/gpu/run-kernel.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { Gpu } from '../gpu/gpu.ts';
import { SelfTest, type TrialMemory } from '../gpu/self-test.ts';
import { attention } from '../kernels/attention/attention.ts';
import { embed } from '../kernels/embed/embed.ts';
import { QueryKeyNorm, rope } from '../kernels/rope/rope.ts';
import { CACHE_TYPES } from '../kernels/shared/cache.ts';
import { PORTABLE } from '../kernels/shared/compose.ts';
import { weightFormats } from '../kernels/weights/formats.ts';
import { planModel } from './architectures.ts';
import { loadModel, type Model, type ModelOptions } from './model.ts';

const device = await testDevice();
const gpu = new Gpu(device);
const signal = new AbortController().signal;

function memory(): TrialMemory {
  let kept: ReadonlySet<string> = new Set();
  return {
    recall: async () => kept,
    remember: async digests => {
      kept = new Set(digests);
    },
  };
}

interface LoadOptions extends Pick<ModelOptions, 'variant'> {
  kept?: TrialMemory;
}

async function load(on: Gpu, bytes: Uint8Array, { kept = memory(), ...options }: LoadOptions = {}): Promise<Model> {
  const source = bytesSource(bytes);
  const plan = planModel(await readGguf(source));
  return loadModel(on, source, plan, { signal, contextLength: 32, selfTest: new SelfTest(on, kept), ...options });
}

/** Files that together need every kernel there is. */
const NEEDY = [
  'synthetic/gemma2-Q8_0',
  'synthetic/qwen35-Q8_0',
  'synthetic/gpt-oss-MXFP4',
  'embeddings/bert-mean-Q8_0',
];

describe.each(variants(gpu))('$name: this GPU computes rightly', ({ variant }) => {
  test('what caches of all types need', async () => {
    const constants = { HALVES: 1, NORM: QueryKeyNorm.head, EPSILON: 1e-6, GATED: 0 };
    const kernels = CACHE_TYPES.flatMap(type => [
      { kernel: rope(type, variant), constants },
      { kernel: attention(type, variant), constants: { SINKS: 1 } },
    ]);
    expect(await new SelfTest(gpu, memory()).failures(kernels)).toEqual([]);
  });

  test.for(NEEDY)('what %s needs', async (name, ctx) => {
    if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
    const { kernels } = await load(gpu, await readFile(goldenPath(`${name}.gguf`)), { variant });
    expect(kernels).toMatchObject({ variant, replaced: [] });
  });
});

test('this GPU reads weights of all types rightly', async () => {
  const kernels = Object.values(weightFormats).map(format => ({ kernel: embed(format), constants: { SCALE: 2 } }));
  expect(await new SelfTest(gpu, memory()).failures(kernels)).toEqual([]);
});

describe('a driver that is wrong', () => {
  /** Invocations of a subgroup lie apart from each other. */
  const scattered = (code: string) =>
    /^enable subgroups/m.test(code)
      ? code
          .replace('local_invocation_index) lane: u32', 'local_invocation_index) index: u32')
          .replace(/(fn main\([^{]*\{)/, '$1 let lane = index % 8 * 8 + index / 8;')
      : code;
  const wrongHalves = (code: string) =>
    /^enable f16/m.test(code) ? code.replace('vec4<real>(weights)', 'vec4<real>(weights) * 0.9h') : code;
  const ids = Array.from({ length: 20 }, (_, i) => i + 70);

  test('about subgroups has none, and right answers', async ctx => {
    if (gpu.features.subgroupSize === 0) ctx.skip('this adapter has no subgroups');
    const model = await load(new Gpu(miscompiling(device, scattered)), tinyModel());
    expect(model.kernels.variant).toEqual({ ...gpu.features, subgroupSize: 0 });
    expect(model.kernels.replaced).toEqual(
      expect.arrayContaining(['matvec gives wrong numbers', 'attention gives wrong numbers']),
    );
    const portable = await load(gpu, tinyModel(), { variant: model.kernels.variant });
    expect(largestDifference(await model.forward(ids, 0), await portable.forward(ids, 0))).toBe(0);
  });

  test('about f16 keeps its subgroups', async ctx => {
    if (!gpu.features.f16) ctx.skip('this adapter has no shader-f16');
    const model = await load(new Gpu(miscompiling(device, wrongHalves)), tinyModel());
    expect(model.kernels.variant).toEqual({ ...gpu.features, f16: false });
    expect(model.kernels.replaced).toEqual(['matmul gives wrong numbers']);
  });

  test('about all kernels that read some weights is refused', async () => {
    const wrong = miscompiling(device, code => code.replace('unpack4xI8(quants[index])', 'unpack4xU8(quants[index])'));
    const loading = load(new Gpu(wrong), tinyModel({ type: 'Q8_0' }), { variant: PORTABLE });
    await expect(loading).rejects.toMatchObject({
      code: 'gpu_unreliable',
      message: expect.stringMatching(/embed.*matvec.*matmul/),
    });
  });
});

test('what was right once is not tried again', async () => {
  const kept = memory();
  let tried = 0;
  const counting: TrialMemory = {
    recall: kept.recall,
    remember: async digests => {
      tried = digests.size - (await kept.recall()).size;
      await kept.remember(digests);
    },
  };
  await load(gpu, tinyModel(), { kept: counting, variant: PORTABLE });
  expect(tried).toBeGreaterThan(10);
  tried = 0;
  await load(gpu, tinyModel(), { kept: counting, variant: PORTABLE });
  expect(tried).toBe(0);
});
