/**
 * `npm run golden -- DIR…`: the engine's logits and greedy ids against reference files.
 *
 * For every `*.golden.json` below the folders the GGUF that it names is loaded under Dawn and run twice: in f32 throughout, and
 * as the engine would on this adapter, with an f16 KV cache and f16 where there is any.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { IngleError } from '../src/errors.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { type Gpu, openGpu } from '../src/gpu/gpu.ts';
import { planModel } from '../src/model/architectures.ts';
import { loadModel, type Model, type ModelOptions } from '../src/model/model.ts';
import { BlobSource } from '../src/weights/blob-source.ts';
import { openTestGpu } from '../test/gpu/adapter.ts';
import { findGoldens, type GoldenCase } from './golden-files.ts';

/** What a set of kernels must reach: max |Δlogit| ÷ std, and whether the greedy ids must agree. */
interface Mode {
  readonly name: string;
  readonly tolerance: number;
  readonly greedyMustAgree: boolean;
  readonly options: Pick<ModelOptions, 'variant' | 'cacheType'>;
}

/** All arithmetic in f32, and then as the device does it by default: with 16-bit numbers a greedy id may flip. */
function modes({ features }: Gpu): Mode[] {
  const sixteen = features.f16 ? 'f16, KV f16' : 'f32, KV f16';
  return [
    {
      name: 'f32',
      tolerance: 2e-3,
      greedyMustAgree: true,
      options: { variant: { ...features, f16: false }, cacheType: 'f32' },
    },
    { name: sixteen, tolerance: 3e-2, greedyMustAgree: false, options: { variant: features, cacheType: 'f16' } },
  ];
}

interface Outcome {
  /** max |Δlogit| ÷ std; `undefined` where the case has no logits. */
  readonly error: number | undefined;
  readonly greedyAgrees: boolean;
}

export async function main(directories: string[]): Promise<number> {
  const goldens = (await Promise.all(directories.map(findGoldens))).flat();
  if (goldens.length === 0) {
    console.error(`Usage: npm run golden -- DIR…\nNo *.golden.json below ${directories.join(', ') || 'nothing'}`);
    return 2;
  }
  const gpu = await openGpu(openTestGpu());
  console.log(`Adapter: ${gpu.name}\n`);
  let misses = 0;
  const unsupported: string[] = [];
  for (const golden of goldens) {
    if (golden.cases.length === 0) {
      unsupported.push(`${golden.label}: embeddings are not supported yet`);
      continue;
    }
    for (const mode of modes(gpu)) {
      const label = `${golden.label.padEnd(34)} ${golden.types.padEnd(24)} ${mode.name.padEnd(12)}`;
      try {
        const outcomes = await runGolden(gpu, golden.file, golden.cases, mode);
        const missed = outcomes.some(outcome => isMiss(outcome, mode));
        if (missed) misses++;
        console.log(`${label} ${describe(outcomes)} ${missed ? 'MISS' : 'ok'}`);
      } catch (error) {
        if (!(error instanceof IngleError && error.code.startsWith('unsupported'))) throw error;
        unsupported.push(`${golden.label}: ${error.message}`);
        break;
      }
    }
  }
  const [ran, all] = [goldens.length - unsupported.length, goldens.length];
  console.log(`\n${ran} of ${all} files are of a kind that is supported; ${misses} misses.`);
  if (unsupported.length > 0) console.log(`Not run:\n  ${unsupported.join('\n  ')}`);
  return misses > 0 || ran === 0 ? 1 : 0;
}

function isMiss({ error, greedyAgrees }: Outcome, { tolerance, greedyMustAgree }: Mode): boolean {
  // Negated, so that a NaN is a miss.
  return (error !== undefined && !(error < tolerance)) || (greedyMustAgree && !greedyAgrees);
}

function describe(outcomes: readonly Outcome[]): string {
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  const agreeing = outcomes.filter(({ greedyAgrees }) => greedyAgrees).length;
  const largest = errors.length === 0 ? 'no logits' : Math.max(...errors).toExponential(1);
  return `${largest.padEnd(9)}  greedy ${agreeing}/${outcomes.length}`;
}

async function runGolden(gpu: Gpu, file: string, cases: readonly GoldenCase[], mode: Mode): Promise<Outcome[]> {
  const source = new BlobSource(new File([await readFile(file)], basename(file)));
  const plan = planModel(await readGguf(source));
  const signal = new AbortController().signal;
  const model = await loadModel(gpu, source, plan, { ...mode.options, signal });
  try {
    const outcomes = [];
    for (const golden of cases) outcomes.push(await runCase(model, golden));
    return outcomes;
  } finally {
    model.dispose();
  }
}

async function runCase(model: Model, { ids, greedyIds, logits }: GoldenCase): Promise<Outcome> {
  const error = logits && (await largestError(model, ids, logits));
  const generated: number[] = [];
  let last = await model.forward(ids, 0);
  while (generated.length < greedyIds.length) {
    const id = argmax(last);
    generated.push(id);
    last = await model.forward([id], ids.length + generated.length - 1);
  }
  return { error, greedyAgrees: generated.every((id, i) => id === greedyIds[i]) };
}

/** Rows go through `forwardEach` in pieces that fit a step. */
const ROWS_AT_A_TIME = 128;

async function largestError(
  model: Model,
  ids: readonly number[],
  expected: NonNullable<GoldenCase['logits']>,
): Promise<number> {
  const { firstRow, rows, values, std } = expected;
  if (firstRow > 0) await model.forward(ids.slice(0, firstRow), 0);
  let largest = 0;
  for (let start = 0; start < rows; start += ROWS_AT_A_TIME) {
    const position = firstRow + start;
    const piece = ids.slice(position, Math.min(position + ROWS_AT_A_TIME, firstRow + rows));
    for (const [i, logits] of (await model.forwardEach(piece, position)).entries()) {
      const offset = (start + i) * logits.length;
      for (const [token, logit] of logits.entries()) {
        const difference = Math.abs(logit - (values[offset + token] ?? Number.NaN));
        if (!(difference <= largest)) largest = difference; // a NaN stays
      }
    }
  }
  return largest / std;
}

function argmax(logits: Float32Array): number {
  let best = 0;
  for (const [id, logit] of logits.entries()) if (logit > (logits[best] ?? 0)) best = id;
  return best;
}
