import type { Kernel } from '../../gpu/kernel.ts';
import { compose, reduction, snippets, type Variant } from '../shared/compose.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import byExpert from './by-expert.wgsl?raw';
import dense from './dense.wgsl?raw';
import epilogue from './epilogue.wgsl?raw';
import experts from './experts.wgsl?raw';
import inTurn from './in-turn.wgsl?raw';
import matmulMain from './matmul.wgsl?raw';
import matvecBody from './matvec.wgsl?raw';
import subgroupMain from './matvec-subgroup.wgsl?raw';
import treeMain from './matvec-tree.wgsl?raw';
import { expertMatmulTrial, expertMatvecTrial, matmulTrial, matvecTrial } from './trials.ts';

export { Epilogue } from './epilogue.ts';
export { expertMatmulGrid, MATMUL_TILE, matmulGrid, matvecGrid, matvecRows } from './grids.ts';

/**
 * y = W x for few tokens; reads the weights once a token.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows), gain (columns). Group 1: the matrix.
 * Constants: EPILOGUE and what goes with it, NORM, EPSILON, ONE_ROW, and ROWS from {@link matvecRows}.
 */
export function matvec(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'matvec',
    code: matvecCode(format, variant, dense),
    groups: [['uniform', 'read', 'write', 'read', 'read'], weightBindings(format)],
    trial: constants => matvecTrial(format, variant, constants),
  };
}

/**
 * The same with the matrices of a stack that each token chose.
 *
 * Group 0: step, x (tokens, columns) or (tokens, chosen, columns), y (tokens, chosen, rows), bias (matrices, rows), gain
 * (columns), choices (tokens, chosen). Group 1: the stack. Constants: as above without ONE_ROW, and SHARING: choices to
 * a row of x.
 */
export function expertMatvec(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'expert-matvec',
    code: matvecCode(format, variant, snippets.choice, experts),
    groups: [['uniform', 'read', 'write', 'read', 'read', 'read'], weightBindings(format)],
    trial: constants => expertMatvecTrial(format, variant, constants),
  };
}

function matvecCode(format: WeightFormat, variant: Variant, ...operands: string[]): string {
  const { step, grid, softCap, sigmoid } = snippets;
  const team = variant.subgroupSize > 0 ? ['enable subgroups;', subgroupMain] : [reduction(variant), treeMain];
  return compose(step, grid, softCap, sigmoid, matrixReader(format), epilogue, matvecBody, ...operands, ...team);
}

/**
 * Y = X Wᵀ for many tokens; reads the weights once for every {@link MATMUL_TILE}.
 *
 * Group 0: step, x (tokens, columns), y (tokens, rows), bias (rows). Group 1: the matrix. Constants: EPILOGUE and what
 * goes with it.
 */
export function matmul(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'matmul',
    code: matmulCode(format, variant, dense, inTurn),
    groups: [['uniform', 'read', 'write', 'read'], weightBindings(format)],
    trial: constants => matmulTrial(format, variant, constants),
  };
}

/**
 * The same with the matrices of a stack that each token chose; a tile is choices of one expert.
 *
 * Group 0: step, x, y and bias as in {@link expertMatvec}, order from the kernel `group` (tiles, MATMUL_TILE), choices
 * (tokens, chosen). Group 1: the stack. Constants: EPILOGUE and what goes with it, SHARING.
 */
export function expertMatmul(format: WeightFormat, variant: Variant): Kernel {
  return {
    name: 'expert-matmul',
    code: matmulCode(format, variant, snippets.choice, experts, byExpert),
    groups: [['uniform', 'read', 'write', 'read', 'read', 'read'], weightBindings(format)],
    trial: constants => expertMatmulTrial(format, variant, constants),
  };
}

function matmulCode(format: WeightFormat, variant: Variant, ...operands: string[]): string {
  const { step, grid, softCap, sigmoid, none } = snippets;
  const real = variant.f16 ? 'enable f16;\nalias real = f16;' : 'alias real = f32;';
  const shared = [real, step, grid, softCap, sigmoid, none];
  return compose(...shared, matrixReader(format), epilogue, ...operands, matmulMain);
}
