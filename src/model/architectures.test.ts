import { readFile } from 'node:fs/promises';
import { expect, type TestContext, test } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';
import type { Gguf } from '../gguf/gguf.ts';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { readGguf } from '../gguf/read-gguf.ts';
import { gemma3 } from './architectures/gemma3.ts';
import { granite } from './architectures/granite.ts';
import { lfm2 } from './architectures/lfm2.ts';
import { olmo2 } from './architectures/olmo2.ts';
import { type ModelPlan, planModel } from './architectures.ts';
import { ArchitectureKeys } from './keys.ts';
import { TensorDirectory } from './tensors.ts';

/** The header of a synthetic reference file. */
async function header(file: string, ctx: TestContext): Promise<Gguf> {
  if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
  return readGguf(bytesSource(await readFile(goldenPath(`synthetic/${file}.gguf`))));
}

async function plan(file: string, ctx: TestContext): Promise<ModelPlan> {
  return planModel(await header(file, ctx));
}

test('a tensor that the architecture does not know is refused by its name', async () => {
  const { tensors, ...rest } = await readGguf(bytesSource(tinyModel()));
  const [norm] = [...tensors.values()].filter(({ name }) => name === 'output_norm.weight');
  expect(norm).toBeDefined();
  const more = new Map([...tensors, ...(norm ? [['blk.0.attn_q_norm.weight', norm] as const] : [])]);
  expect(() => planModel({ ...rest, tensors: more })).toThrow(/attn_q_norm\.weight/);
});

test('llama adds the biases that a file has', async () => {
  const { tensors, ...rest } = await readGguf(bytesSource(tinyModel()));
  const norm = tensors.get('blk.1.ffn_norm.weight');
  const names = ['blk.1.attn_output.bias', 'blk.1.ffn_down.bias'];
  const more = new Map([...tensors, ...(norm ? names.map(name => [name, { ...norm, name }] as const) : [])]);
  const asked = planModel({ ...rest, tensors: more }).tensors.vectors.flatMap(vector => vector.tensors);
  expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

test('a size of 1 behind the others changes no shape', async () => {
  const { tensors, ...rest } = await readGguf(bytesSource(tinyModel()));
  const wider = [...tensors].map(([name, tensor]) => [name, { ...tensor, shape: [...tensor.shape, 1] }] as const);
  expect(() => planModel({ ...rest, tensors: new Map(wider) })).not.toThrow();
  const longer = [...tensors].map(([name, tensor]) => [name, { ...tensor, shape: [...tensor.shape, 2] }] as const);
  expect(() => planModel({ ...rest, tensors: new Map(longer) })).toThrow(/must be/);
});

test.for([
  { file: 'gemma2-Q8_0', windows: [6, undefined, 6] },
  { file: 'gemma3-Q8_0', windows: [8, 8, 8, 8, 8, undefined, 8] },
  { file: 'gemma3-pattern-Q8_0', windows: [7, 7, undefined, 7] },
  { file: 'gpt-oss-MXFP4', windows: [7, undefined] },
])('layers of $file have the windows of their pattern', async ({ file, windows }, ctx) => {
  const { attention } = await plan(file, ctx);
  expect(attention.map(layer => layer?.window)).toEqual(windows);
});

test.for([
  { file: 'qwen3moe-Q8_0', experts: { count: 6, chosen: 3, hiddenDim: 96 } },
  { file: 'gpt-oss-MXFP4', experts: { count: 6, chosen: 2, hiddenDim: 64 } },
])('$file keeps its experts in stacks', async ({ file, experts }, ctx) => {
  const { tensors, ...decoder } = await plan(file, ctx);
  expect(decoder.experts).toEqual(experts);
  const stacks = tensors.matrices.filter(({ tensor }) => tensor.name.startsWith('blk.1.ffn_down_exps'));
  expect(stacks).toMatchObject([{ count: experts.count, rows: 128, columns: experts.hiddenDim }]);
});

test('LFM2 has its window where it attends, Gemma 3 without one sees everything', async ctx => {
  const lfm2Gguf = await header('lfm2-Q8_0', ctx);
  const lfm2Keys = new Map<string, MetadataValue>([
    ['lfm2.shortconv.l_cache', 3],
    ['lfm2.attention.sliding_window', 8],
  ]);
  const { hyperParameters } = planModel(lfm2Gguf);
  const of = lfm2(new TensorDirectory(lfm2Gguf), hyperParameters, new ArchitectureKeys(new Metadata(lfm2Keys), 'lfm2'));
  expect(of.attention.map(layer => layer?.window)).toEqual([undefined, 8, undefined, undefined]);

  const gemmaGguf = await header('gemma3-Q8_0', ctx);
  const { hyperParameters: p } = planModel(gemmaGguf);
  const { attention } = gemma3(
    new TensorDirectory(gemmaGguf),
    p,
    new ArchitectureKeys(new Metadata(new Map()), 'gemma3'),
  );
  expect(new Set(attention)).toEqual(new Set([{ scale: p.headDim ** -0.5, rope: { ...p.rope, halves: true } }]));
});

test('layers of OLMo 3 with a window rotate unscaled', async ctx => {
  const gguf = await header('olmo2-Q8_0', ctx);
  const values: [string, MetadataValue][] = [
    ['olmo2.attention.sliding_window', 16],
    ['olmo2.attention.sliding_window_pattern', [true, false]],
  ];
  const keys = new ArchitectureKeys(new Metadata(new Map(values)), 'olmo2');
  const { hyperParameters } = planModel(gguf);
  const p = { ...hyperParameters, rope: { ...hyperParameters.rope, scale: 8, attentionFactor: 1.2, yarn: true } };
  const { attention } = olmo2(new TensorDirectory(gguf), { ...p, layers: 2 }, keys);
  expect(attention).toMatchObject([
    { window: 16, rope: { scale: 1, attentionFactor: 1, yarn: false, base: p.rope.base } },
    { rope: { scale: 8, attentionFactor: 1.2, yarn: true } },
  ]);
  expect(attention[1]?.window).toBeUndefined();
});

test('layers of Gemma 3 with a window rotate by another base', async ctx => {
  const { attention } = await plan('gemma3-pattern-Q8_0', ctx);
  expect(attention.map(layer => layer?.rope?.base)).toEqual([10_000, 10_000, 1_000_000, 10_000]);
});

test('every fourth layer of SmolLM 3 is not rotated', async ctx => {
  const { attention } = await plan('smollm3-Q8_0', ctx);
  expect(attention.map(layer => layer?.rope !== undefined)).toEqual([true, true, true, false, true]);
});

test('Granite without multipliers is llama, and its rotation can be switched off', async ctx => {
  const gguf = await header('granite-Q8_0', ctx);
  const { hyperParameters: p } = planModel(gguf);
  const keys = new ArchitectureKeys(new Metadata(new Map([['granite.rope.scaling.finetuned', false]])), 'granite');
  const { attention, logits } = granite(new TensorDirectory(gguf), p, keys);
  expect(attention[0]).toEqual({ scale: p.headDim ** -0.5, rope: undefined });
  expect(logits).toEqual({ scale: 1 });
});

test('three of four layers of Qwen 3.5 are delta nets, the fourth is gated', async ctx => {
  const { attention, recurrence, hyperParameters } = await plan('qwen35-Q8_0', ctx);
  expect(attention.map(layer => layer?.gated)).toEqual([undefined, undefined, undefined, true]);
  expect(recurrence?.deltaRule).toEqual({ keyDim: 32, keyHeads: 2, valueDim: 32, valueHeads: 4 });
  expect(hyperParameters.rope.dim).toBe(16);
});

test('blocks that guess further tokens are left out', async () => {
  const { tensors, attention, hyperParameters } = planModel(await readGguf(bytesSource(tinyModel({ guessing: true }))));
  expect(hyperParameters.layers).toBe(1);
  expect(attention).toHaveLength(1);
  expect(tensors.matrices.filter(({ tensor }) => tensor.name.startsWith('blk.1.'))).toEqual([]);
});

test('layers of LFM2 without heads of keys convolve', async ctx => {
  const { attention, hyperParameters } = await plan('lfm2-Q8_0', ctx);
  expect(attention.map(layer => layer !== undefined)).toEqual([false, true, false, false]);
  expect(hyperParameters.kvHeads).toBe(1);
});

test('a context beyond the original one has the long factors of Phi 3', async ctx => {
  const { attention } = await plan('phi3-longrope-long-Q8_0', ctx);
  const chosen = (contextLength: number) => attention[0]?.rope?.factors?.(contextLength).tensors[0]?.name;
  expect(chosen(32)).toBe('rope_factors_short.weight');
  expect(chosen(33)).toBe('rope_factors_long.weight');
});

test('matrices that share a tensor take all of it, each byte once', async ctx => {
  const { tensors } = await plan('phi3-Q8_0', ctx);
  const shared = tensors.matrices.filter(({ tensor }) => tensor.name === 'blk.0.attn_qkv.weight');
  expect(shared.map(({ rows }) => rows)).toEqual([128, 64, 64]);
  let end = shared[0]?.tensor.offset;
  for (const { offset, bytes } of shared) {
    expect(offset).toBe(end);
    end = offset + bytes;
  }
  expect(end).toBe((shared[0]?.tensor.offset ?? 0) + (shared[0]?.tensor.bytes ?? 0));
});
