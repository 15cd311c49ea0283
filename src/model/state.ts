import type { Buffers } from '../gpu/buffers.ts';
import { MAX_SPLITS } from '../kernels/attention/attention.ts';
import { CHOICE_BYTES, groupTiles } from '../kernels/experts/experts.ts';
import { MATMUL_TILE } from '../kernels/linear/linear.ts';
import { type CacheType, cachedRowBytes } from '../kernels/shared/cache.ts';
import type { Experts } from './experts.ts';
import type { HyperParameters } from './hyper-parameters.ts';
import type { LayerAttention } from './layer-attention.ts';
import { createRecurrentState, type Recurrence, type RecurrentState } from './recurrence.ts';
import { rotationBytes } from './rotations.ts';
import type { Matrix } from './tensors.ts';

/** What of a model's plan decides what it keeps. */
interface StatePlan {
  readonly hyperParameters: HyperParameters;
  readonly attention: readonly (LayerAttention | undefined)[];
  readonly recurrence?: Recurrence;
  readonly experts?: Experts;
  /** Undefined in encoders. */
  readonly output?: Matrix | undefined;
}

/** What an attending layer keeps of every position. */
export interface AttentionCache {
  readonly keys: GPUBuffer; // (kvHeads, capacity, headDim)
  readonly values: GPUBuffer; // (kvHeads, capacity, headDim)
}

/** What a sequence's tokens leave for later ones, written in place. */
export interface Cache {
  /** Of keys and values. */
  readonly type: CacheType;
  /** Positions. */
  readonly capacity: number;
  /** Of each layer; undefined for those that do not attend. */
  readonly attention: readonly (AttentionCache | undefined)[];
  /** Of the others, where there are any. */
  readonly recurrent: RecurrentState | undefined;
}

export function createCache(buffers: Buffers, plan: StatePlan, capacity: number, type: CacheType): Cache {
  const { kvHeads, headDim } = plan.hyperParameters;
  const rows = (label: string) => buffers.storage(label, capacity * kvHeads * cachedRowBytes(type, headDim));
  const keysAndValues = (label: string) => ({ keys: rows(`keys ${label}`), values: rows(`values ${label}`) });
  // An encoder has done with a layer's keys and values when it comes to the next.
  const shared = plan.output ? undefined : keysAndValues('of any layer');
  return {
    type,
    capacity,
    attention: plan.attention.map((attention, i) => (attention ? (shared ?? keysAndValues(`${i}`)) : undefined)),
    recurrent: plan.recurrence && createRecurrentState(buffers, plan.recurrence, recurrentLayers(plan)),
  };
}

/**
 * What a position more takes: keys and values in all layers that attend (in one of an encoder's), a row of each table of
 * rotations, and what {@link tokenBytes} says.
 */
export function positionBytes(plan: StatePlan, type: CacheType): number {
  const { hyperParameters: p, output } = plan;
  const layers = plan.attention.filter(layer => layer !== undefined);
  const ropes = [...new Set(layers.map(({ rope }) => rope))];
  const tables = ropes.reduce((sum, rope) => sum + (rope ? rotationBytes(1, rope) : 0), 0);
  const cached = (output ? layers.length : 1) * 2 * p.kvHeads * cachedRowBytes(type, p.headDim);
  return tokenBytes(plan).reduce((sum, bytes) => sum + bytes, cached + tables);
}

/** What a token more takes in each of an encoder's activations, whose step is as long as a text; nothing in a decoder's. */
export function tokenBytes(plan: StatePlan): number[] {
  if (plan.output) return [];
  const one = Object.values(activationBytes(plan, 1));
  const two = Object.values(activationBytes(plan, 2));
  return two.map((bytes, i) => bytes - (one[i] ?? 0));
}

/** The layers that do not attend, by number. */
export function recurrentLayers({ attention }: Pick<StatePlan, 'attention'>): number[] {
  return attention.flatMap((layer, i) => (layer ? [] : [i]));
}

/** What a forward pass computes on its way; T is the {@link stepTokens}. */
export interface Activations {
  readonly x: GPUBuffer; // (T, dim): the residual stream
  readonly normed: GPUBuffer; // (T, dim)
  readonly branch: GPUBuffer; // (T, dim): what a branch gives, before its norm
  readonly q: GPUBuffer; // (T, heads, headDim), or with its gate behind each head (T, heads, 2, headDim)
  readonly k: GPUBuffer; // (T, kvHeads, headDim)
  readonly v: GPUBuffer; // (T, kvHeads, headDim)
  readonly queries: GPUBuffer; // (T, heads, headDim): q after rotation
  readonly heads: GPUBuffer; // (T, heads, headDim): what attention gives, or the delta rule: (T, valueHeads, valueDim)
  readonly partial: GPUBuffer; // (heads, MAX_SPLITS, headDim + 4): attention's splits
  readonly projected: GPUBuffer; // (T, channels) or, gated, (T, 3, channels): what is convolved; one number where nothing is
  readonly convolved: GPUBuffer; // (T, channels)
  readonly alpha: GPUBuffer; // (T, valueHeads); this and the next two one number where there is no delta rule
  readonly beta: GPUBuffer; // (T, valueHeads)
  readonly gate: GPUBuffer; // (T, valueHeads, valueDim): of the delta rule's results
  readonly hidden: GPUBuffer; // (T, hiddenDim), or (T, chosen, hiddenDim) of experts
  readonly expertLogits: GPUBuffer; // (T, experts); this and the next three no more than one number where there are none
  readonly choices: GPUBuffer; // (T, chosen, 2): each token's experts and their weights
  readonly order: GPUBuffer; // (tiles, MATMUL_TILE): the choices by expert
  readonly expertResults: GPUBuffer; // (T, chosen, dim)
  readonly logits: GPUBuffer; // (vocabulary); no more than one number in encoders
  readonly pooled: GPUBuffer; // (dim): what stands for a text
}

/** Tokens in a decoder's step: a bound on the time between two looks at an abort signal, and on activation memory. */
const CHUNK_TOKENS = 256;

/** Tokens in a step at most. An encoder's tokens see each other, so that all of a text's are in one. */
export function stepTokens({ output }: StatePlan, contextLength: number): number {
  return output ? CHUNK_TOKENS : contextLength;
}

/** What each of the activations takes, in bytes, for steps of so many tokens. */
export function activationBytes(
  { hyperParameters: p, attention, recurrence, experts, output }: StatePlan,
  tokens: number,
): Record<keyof Activations, number> {
  const rows = (width: number) => tokens * width * 4;
  const queries = rows(p.heads * p.headDim);
  const keys = rows(p.kvHeads * p.headDim);
  const { convolution, deltaRule } = recurrence ?? {};
  const valueHeads = deltaRule ? rows(deltaRule.valueHeads) : 4;
  const deltaResults = deltaRule ? rows(deltaRule.valueHeads * deltaRule.valueDim) : 4;
  return {
    x: rows(p.dim),
    normed: rows(p.dim),
    branch: rows(p.dim),
    q: attention.some(layer => layer?.gated) ? 2 * queries : queries,
    k: keys,
    v: keys,
    queries,
    heads: Math.max(queries, deltaResults),
    partial: p.heads * MAX_SPLITS * (p.headDim + 4) * 4,
    projected: convolution ? rows(convolution.channels * (convolution.gated ? 3 : 1)) : 4,
    convolved: convolution ? rows(convolution.channels) : 4,
    alpha: valueHeads,
    beta: valueHeads,
    gate: deltaResults,
    hidden: rows(experts ? experts.chosen * experts.hiddenDim : p.hiddenDim),
    expertLogits: experts ? rows(experts.count) : 4,
    choices: experts ? tokens * experts.chosen * CHOICE_BYTES : 4,
    order: experts ? groupTiles(tokens * experts.chosen, experts.count) * MATMUL_TILE * 4 : 4,
    expertResults: experts ? rows(experts.chosen * p.dim) : 4,
    logits: output ? p.vocabularySize * 4 : 4,
    pooled: p.dim * 4,
  };
}

export function createActivations(buffers: Buffers, plan: StatePlan, tokens: number): Activations {
  const bytes = activationBytes(plan, tokens);
  const make = (name: keyof Activations) => buffers.storage(name, bytes[name]);
  return {
    x: make('x'),
    normed: make('normed'),
    branch: make('branch'),
    q: make('q'),
    k: make('k'),
    v: make('v'),
    queries: make('queries'),
    heads: make('heads'),
    partial: make('partial'),
    projected: make('projected'),
    convolved: make('convolved'),
    alpha: make('alpha'),
    beta: make('beta'),
    gate: make('gate'),
    hidden: make('hidden'),
    expertLogits: make('expertLogits'),
    choices: make('choices'),
    order: make('order'),
    expertResults: make('expertResults'),
    logits: make('logits'),
    pooled: make('pooled'),
  };
}
