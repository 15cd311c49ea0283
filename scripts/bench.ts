/**
 * `npm run bench -- FILE.gguf`: what things cost on this machine's adapter, as tables; Ember's without a file.
 *
 * On a software adapter only the ratios say something.
 */
import { openAsBlob } from 'node:fs';
import { basename, resolve } from 'node:path';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { openGpu } from '../src/gpu/gpu.ts';
import { planModel } from '../src/model/architectures.ts';
import { loadModel, type Model } from '../src/model/model.ts';
import { createTokenizer, type Tokenizer } from '../src/tokenizer/tokenizer.ts';
import { BlobSource } from '../src/weights/blob-source.ts';
import { openTestGpu } from '../test/gpu/adapter.ts';
import { structuredOutput } from './bench/structured-output.ts';

export interface BenchmarkedModel extends Pick<Model, 'forward' | 'contextLength'> {
  readonly tokenizer: Tokenizer;
}

/** A line of a table: figures by their names. */
export type Row = Readonly<Record<string, string | number>>;

/** Gives its lines by their names. */
export type Benchmark = (model: BenchmarkedModel) => Promise<Readonly<Record<string, Row>>>;

const BENCHMARKS: Readonly<Record<string, Benchmark>> = { 'Structured output': structuredOutput };

const EMBER = resolve(import.meta.dirname, '../public/models/ember-q8_0.gguf');

export async function main([path = EMBER]: string[]): Promise<number> {
  const source = new BlobSource(new File([await openAsBlob(path)], basename(path)));
  const gguf = await readGguf(source);
  const gpu = await openGpu(openTestGpu());
  const model = await loadModel(gpu, source, planModel(gguf), { signal: new AbortController().signal });
  const tokenizer = createTokenizer(gguf.metadata);
  console.log(`${basename(path)} on ${gpu.name}`);
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    console.log(`\n${name}`);
    const { contextLength } = model;
    console.table(await run({ tokenizer, contextLength, forward: (...step) => model.forward(...step) }));
  }
  model.dispose();
  return 0;
}
