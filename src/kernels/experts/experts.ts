import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { MATMUL_TILE } from '../linear/linear.ts';
import { orderByExpert } from '../linear/reference.ts';
import { compose, snippets } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import chooseMain from './choose.wgsl?raw';
import combineMain from './combine.wgsl?raw';
import groupMain from './group.wgsl?raw';
import { chosenExperts, combineReference, padded, sortedTiles } from './reference.ts';

/** The grouping kernel counts in workgroup memory. */
export const MAX_EXPERTS = 512;

/** A token's choices are weighted by one invocation each. */
export const MAX_CHOSEN = 64;

/** Bytes of a choice: the expert's number, its weight. */
export const CHOICE_BYTES = 8;

/**
 * Each token's experts with the largest logits, and the softmax over them; one workgroup a token.
 *
 * Group 0: logits (tokens, EXPERTS), choices (tokens, CHOSEN). Constants: EXPERTS, CHOSEN.
 */
export const choose: Kernel = {
  name: 'choose-experts',
  code: compose(snippets.choice, chooseMain),
  groups: [['read', 'write']],
  trial: chooseTrial,
};

/**
 * Choices by expert, in tiles of one expert each, for the matmul.
 *
 * Group 0: step, choices (tokens, CHOSEN), order (tiles, TILE). Constants: EXPERTS, CHOSEN, {@link GROUP_CONSTANTS}.
 */
export const group: Kernel = {
  name: 'group-by-expert',
  code: compose(snippets.step, snippets.choice, snippets.none, groupMain),
  groups: [['uniform', 'read', 'write']],
  trial: groupTrial,
};

export const GROUP_CONSTANTS = { TILE: MATMUL_TILE };

/** The most tiles that choices can take: the last tile of each expert may hold a single one. */
export function groupTiles(choices: number, experts: number): number {
  return Math.floor((choices + (MATMUL_TILE - 1) * Math.min(choices, experts)) / MATMUL_TILE);
}

/**
 * Adds what the chosen experts gave, weighted.
 *
 * Group 0: choices (tokens, CHOSEN), results (tokens, CHOSEN, COLUMNS), y (tokens, COLUMNS). Constants: CHOSEN, COLUMNS.
 */
export const combine: Kernel = {
  name: 'combine-experts',
  code: compose(snippets.choice, combineMain),
  groups: [['read', 'read', 'write']],
  trial: combineTrial,
};

export function combineGrid(columns: number, tokens: number): Grid {
  return [Math.ceil(columns / 4 / 64), tokens, 1];
}

/** Tokens in a trial. */
const TOKENS = 3;

function chooseTrial({ EXPERTS = 0, CHOSEN = 0 }: Constants): Trial {
  const logits = randomFloats(TOKENS * EXPERTS, 1).map(logit => 4 * logit);
  const rows = Array.from({ length: TOKENS }, (_, token) => [
    ...logits.subarray(token * EXPERTS, (token + 1) * EXPERTS),
  ]);
  const expected = rows.flatMap(row => chosenExperts(row, CHOSEN)).flatMap(({ expert, weight }) => [expert, weight]);
  const read = (bytes: ArrayBuffer) => {
    const words = new Uint32Array(bytes);
    return new Float32Array(bytes).map((weight, i) => (i % 2 === 0 ? (words[i] ?? 0) : weight));
  };
  return {
    buffers: [[logits, expected.length]],
    grid: [TOKENS, 1, 1],
    results: [{ binding: 1, expected: Float32Array.from(expected), tolerance: F32_TOLERANCE, read }],
  };
}

/** So few choices that those of an expert fit one tile. */
function groupTrial({ EXPERTS = 1, CHOSEN = 1, TILE = 1 }: Constants): Trial {
  const tokens = Math.max(1, Math.floor(TILE / CHOSEN));
  const experts = Array.from({ length: tokens * CHOSEN }, (_, i) => (i * i) % EXPERTS);
  const places = groupTiles(experts.length, EXPERTS) * TILE;
  const choices = Uint32Array.from(experts.flatMap(expert => [expert, 0]));
  return {
    buffers: [[Uint32Array.of(tokens, 0, 0, 0), choices, places]],
    grid: [1, 1, 1],
    results: [
      {
        binding: 2,
        expected: padded(orderByExpert(experts), places),
        tolerance: 0,
        read: bytes => Float32Array.from(sortedTiles(new Uint32Array(bytes), TILE)),
      },
    ],
  };
}

function combineTrial({ CHOSEN = 1, COLUMNS = 4 }: Constants): Trial {
  const weights = randomFloats(TOKENS * CHOSEN, 1);
  const results = randomFloats(TOKENS * CHOSEN * COLUMNS, 2);
  const held = randomFloats(TOKENS * COLUMNS, 3);
  const choices = Float32Array.from({ length: weights.length * 2 }, (_, i) => weights[(i - 1) / 2] ?? 0);
  return {
    buffers: [[choices, results, held]],
    grid: combineGrid(COLUMNS, TOKENS),
    results: [{ binding: 2, expected: combineReference(held, weights, results), tolerance: F32_TOLERANCE }],
  };
}
