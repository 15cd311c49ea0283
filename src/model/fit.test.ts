import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { planModel } from './architectures.ts';
import { type CacheSettings, fitCache } from './fit.ts';

/** WebGPU's guaranteed limits. */
const LIMITS = { maxBindingBytes: 2 ** 27, maxBufferBytes: 2 ** 28 };

const plan = async (contextLength: number) => planModel(await readGguf(bytesSource(tinyModel({ contextLength }))));

/** Two layers of 2 heads of 16 elements in 2 bytes, and 8 rotations of two numbers in 4. */
const POSITION_BYTES = 2 * 2 * 2 * 16 * 2 + 8 * 2 * 4;

describe('the context', async () => {
  const short = await plan(512);
  const long = await plan(2 ** 24);

  test('is what the model was trained for, where that fits', () => {
    expect(fitCache(short, LIMITS)).toEqual({ contextLength: 512, leastContext: 256, cacheType: 'f16' });
  });

  test('is as long as a quarter of the largest buffer holds, else', () => {
    const { contextLength } = fitCache(long, LIMITS);
    expect(contextLength).toBe(Math.floor(2 ** 26 / POSITION_BYTES));
    expect(fitCache(long, { ...LIMITS, maxBufferBytes: 2 ** 29 }).contextLength).toBeCloseTo(2 * contextLength, -1);
  });

  test('may be longer than that where it is asked for, as far as a binding holds', () => {
    const most = 2 ** 27 / (2 * 16 * 2);
    expect(fitCache(long, LIMITS, { contextLength: most })).toMatchObject({ contextLength: most, leastContext: most });
    const tooLong = () => fitCache(long, LIMITS, { contextLength: most + 1 });
    expect(tooLong).toThrow(expect.objectContaining({ code: 'model_too_large' }));
  });

  test('is not longer than the training, but preferred lengths are cut', () => {
    const beyond = () => fitCache(short, LIMITS, { contextLength: 513 });
    expect(beyond).toThrow(expect.objectContaining({ code: 'invalid_value', param: 'contextLength' }));
    expect(fitCache(short, LIMITS, {}, { contextLength: 513 }).contextLength).toBe(512);
    expect(fitCache(short, LIMITS, {}, { contextLength: 100 }).contextLength).toBe(100);
    expect(fitCache(short, LIMITS, { contextLength: 50 }, { contextLength: 100 }).contextLength).toBe(50);
  });
});

describe('the type of the cache', async () => {
  const heads16 = await plan(512);

  test('is what was asked for, or preferred', () => {
    expect(fitCache(heads16, LIMITS, { cacheType: 'f32' }).cacheType).toBe('f32');
    expect(fitCache(heads16, LIMITS, {}, { cacheType: 'f32' }).cacheType).toBe('f32');
  });

  test('is q8 only for heads of whole blocks', () => {
    const asked = () => fitCache(heads16, LIMITS, { cacheType: 'q8' });
    expect(asked).toThrow(expect.objectContaining({ code: 'unsupported_architecture' }));
    expect(fitCache(heads16, LIMITS, {}, { cacheType: 'q8' }).cacheType).toBe('f16');
  });
});

test.each([{ contextLength: 0 }, { contextLength: 1.5 }, { contextLength: Number.NaN }, { cacheType: 'q4' }])(
  '%o is refused',
  async settings => {
    const tiny = await plan(512);
    // What comes from a page may be anything.
    const asked = JSON.parse(JSON.stringify(settings)) as CacheSettings;
    const given = Number.isNaN(settings.contextLength) ? { contextLength: Number.NaN } : asked;
    expect(() => fitCache(tiny, LIMITS, given)).toThrow(
      expect.objectContaining({ code: 'invalid_value', status: 400 }),
    );
  },
);
