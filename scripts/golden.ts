/**
 * `npm run golden -- DIR…`: the engine's logits and greedy ids, or embeddings, against reference files.
 *
 * For every `*.golden.json` below the folders the GGUF that it names is loaded under Dawn and run twice: in f32 throughout, and
 * as the engine would on this adapter, with an f16 KV cache and f16 where there is any. In f32 the logits must not depend
 * on how a prompt is cut into steps either. Long prompts, whose many keys show what a cache costs, are run with the q8
 * cache too.
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
import { largestDifference } from '../test/gpu/run-kernel.ts';
import { findGoldens, type Golden, type GoldenCase, type GoldenEmbedding } from './golden-files.ts';

/** What a set of kernels must reach, and whether greedy ids and cut prompts must agree. */
interface Mode {
  readonly name: string;
  /** Of max |Δlogit| ÷ std. */
  readonly tolerance: number;
  /** Of a component of an embedding. */
  readonly embeddingTolerance: number;
  readonly mustAgree: boolean;
  /** Ids that a prompt must have for the mode to be of interest. */
  readonly leastIds: number;
  readonly options: Pick<ModelOptions, 'variant' | 'cacheType'>;
}

const LONG_PROMPT = 200;

/**
 * A block's 8 bits round some thirty times as much as f16, and the logits of random weights follow: 0.15 was the most that
 * was seen, where a block out of place gives more than 1.
 */
const Q8_TOLERANCE = 0.3;

/** All arithmetic in f32, and then as the device does it by default: with 16-bit numbers a greedy id may flip. */
function modes({ features }: Gpu): Mode[] {
  const reals = features.f16 ? 'f16' : 'f32';
  return [
    {
      name: 'f32',
      tolerance: 2e-3,
      embeddingTolerance: 3e-4,
      mustAgree: true,
      leastIds: 0,
      options: { variant: { ...features, f16: false }, cacheType: 'f32' },
    },
    {
      name: `${reals}, KV f16`,
      tolerance: 3e-2,
      embeddingTolerance: 3e-3,
      mustAgree: false,
      leastIds: 0,
      options: { variant: features, cacheType: 'f16' },
    },
    {
      name: `${reals}, KV q8`,
      tolerance: Q8_TOLERANCE,
      embeddingTolerance: Q8_TOLERANCE,
      mustAgree: false,
      leastIds: LONG_PROMPT,
      options: { variant: features, cacheType: 'q8' },
    },
  ];
}

/** Between the logits of a prompt in one go, in chunks and token by token, in units of their deviation. */
const CUT_TOLERANCE = 1e-4;

/** What became of a file, and whether that is too far from the reference. */
interface Verdict {
  readonly text: string;
  readonly missed: boolean;
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
    for (const mode of modes(gpu)) {
      if (mode.leastIds > 0 && golden.cases.every(({ ids }) => ids.length < mode.leastIds)) continue;
      const label = `${golden.label.padEnd(34)} ${golden.types.padEnd(24)} ${mode.name.padEnd(12)}`;
      try {
        const { text, missed } = await runGolden(gpu, golden, mode);
        if (missed) misses++;
        console.log(`${label} ${text} ${missed ? 'MISS' : 'ok'}`);
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

function isMiss({ error, greedyAgrees }: Outcome, { tolerance, mustAgree }: Mode): boolean {
  // Negated, so that a NaN is a miss.
  return (error !== undefined && !(error < tolerance)) || (mustAgree && !greedyAgrees);
}

function describe(outcomes: readonly Outcome[], cut: number | undefined): string {
  const errors = outcomes.flatMap(({ error }) => error ?? []);
  const agreeing = outcomes.filter(({ greedyAgrees }) => greedyAgrees).length;
  const largest = errors.length === 0 ? 'no logits' : Math.max(...errors).toExponential(1);
  const cuts = cut === undefined ? '' : `cut ${cut.toExponential(1)}`;
  return `${largest.padEnd(9)}  greedy ${agreeing}/${outcomes.length}  ${cuts.padEnd(11)}`;
}

async function runGolden(gpu: Gpu, { file, cases, embeddings }: Golden, mode: Mode): Promise<Verdict> {
  const source = new BlobSource(new File([await readFile(file)], basename(file)));
  const plan = planModel(await readGguf(source));
  const signal = new AbortController().signal;
  const model = await loadModel(gpu, source, plan, { ...mode.options, signal });
  try {
    if (embeddings.length > 0) return await runEmbeddings(model, embeddings, mode);
    const outcomes: Outcome[] = [];
    for (const golden of cases) outcomes.push(await runCase(model, golden));
    const [shortest] = cases.map(({ ids }) => ids).sort((a, b) => a.length - b.length);
    const cut = mode.mustAgree && shortest ? await cutError(model, shortest) : undefined;
    const missed = outcomes.some(outcome => isMiss(outcome, mode)) || (cut !== undefined && !(cut < CUT_TOLERANCE));
    return { text: describe(outcomes, cut), missed };
  } finally {
    model.dispose();
  }
}

async function runEmbeddings(model: Model, cases: readonly GoldenEmbedding[], mode: Mode): Promise<Verdict> {
  let largest = 0;
  for (const { ids, vector } of cases) {
    for (const [i, value] of (await model.embed(ids)).entries()) {
      const difference = Math.abs(value - (vector[i] ?? Number.NaN));
      if (!(difference <= largest)) largest = difference; // a NaN stays
    }
  }
  const text = `${largest.toExponential(1).padEnd(9)}  ${cases.length} embeddings`;
  return { text, missed: !(largest < mode.embeddingTolerance) };
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

/** Of a prompt that is cut: two chunks and a rest. More would be slow, token by token on a software adapter. */
const CUT_TOKENS = 16;

/** max |Δlogit| ÷ std between a prompt in one go, in chunks of 7 and token by token, at the end of each piece. */
async function cutError(model: Model, prompt: readonly number[]): Promise<number> {
  const ids = prompt.slice(0, CUT_TOKENS);
  const whole = await model.forwardEach(ids, 0);
  let largest = 0;
  for (const size of [7, 1]) {
    for (let at = 0; at < ids.length; at += size) {
      const end = Math.min(at + size, ids.length);
      const logits = await model.forward(ids.slice(at, end), at);
      largest = Math.max(largest, largestDifference(logits, whole[end - 1] ?? logits));
    }
  }
  return largest / deviation(whole.flatMap(row => [...row]));
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

function argmax(logits: Float32Array): number {
  let best = 0;
  for (const [id, logit] of logits.entries()) if (logit > (logits[best] ?? 0)) best = id;
  return best;
}
