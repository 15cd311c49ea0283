import type { Grid, Kernel } from '../../gpu/kernel.ts';
import { MATMUL_TILE } from '../linear/linear.ts';
import { compose, snippets } from '../shared/compose.ts';
import chooseMain from './choose.wgsl?raw';
import combineMain from './combine.wgsl?raw';
import groupMain from './group.wgsl?raw';

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
};

export function combineGrid(columns: number, tokens: number): Grid {
  return [Math.ceil(columns / 4 / 64), tokens, 1];
}
