import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { Metadata } from '../gguf/metadata.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { planModel } from './architectures.ts';
import { readExperts } from './experts.ts';
import { fitCache } from './fit.ts';
import { ArchitectureKeys } from './keys.ts';

test.each([
  { count: 8, chosen: 9, code: 'invalid_gguf' },
  { count: 128, chosen: 65, code: 'invalid_gguf' }, // what the kernel can weigh
  { count: 513, chosen: 8, code: 'unsupported_architecture' }, // what the kernel can count
])('$chosen of $count experts are refused', ({ count, chosen, code }) => {
  const metadata = new Metadata(
    new Map([
      ['moe.expert_count', count],
      ['moe.expert_used_count', chosen],
      ['moe.expert_feed_forward_length', 64],
    ]),
  );
  expect(() => readExperts(new ArchitectureKeys(metadata, 'moe'))).toThrow(expect.objectContaining({ code }));
});

test('a device whose bindings hold no expert is refused with the name of the tensor', async ctx => {
  if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  const plan = planModel(await readGguf(bytesSource(await readFile(goldenPath('synthetic/qwen3moe-Q8_0.gguf')))));
  const limits = { maxBindingBytes: 10_000, maxBufferBytes: 2 ** 20 }; // one matrix of 96 × 128 takes 13,056
  expect(() => fitCache(plan, limits)).toThrow(/ffn_gate_exps.* takes 13056 bytes/);
});
