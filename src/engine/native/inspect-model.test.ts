import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../../test/fixtures/golden.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import { inspectModel } from './inspect-model.ts';

/** WebGPU's guaranteed limits. */
const LIMITS = { maxBindingBytes: 2 ** 27, maxBufferBytes: 2 ** 28 };

test.for([
  'gemma2-Q8_0',
  'gemma3-Q8_0',
  'granite-Q8_0',
  'lfm2-Q8_0',
  'llama-ropefreqs-Q8_0',
  'olmo2-Q8_0',
  'phi3-longrope-Q8_0',
  'qwen2-Q8_0',
  'qwen3-Q8_0',
  'smollm3-Q8_0',
])('%s has an architecture, tensors and a tokenizer that run', async (name, ctx) => {
  if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  const gguf = await readGguf(bytesSource(await readFile(goldenPath(`synthetic/${name}.gguf`))));
  expect(inspectModel(gguf, LIMITS, { contextLength: 64 }).contextLength).toBe(64);
});
