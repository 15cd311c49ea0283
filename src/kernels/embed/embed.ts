import type { Constants, Grid, Kernel, Trial } from '../../gpu/kernel.ts';
import { compose, snippets } from '../shared/compose.ts';
import { randomFloats } from '../shared/random.ts';
import { F32_TOLERANCE } from '../shared/tolerances.ts';
import { matrixReader, type WeightFormat, weightBindings } from '../weights/formats.ts';
import { randomMatrix } from '../weights/reference.ts';
import main from './embed.wgsl?raw';

/** Which row a token gets: that of its id, that of its position, or the first whatever it is. */
export const EmbeddedRow = { id: 0, position: 1, first: 2 } as const;

/**
 * Looks up one row of a matrix for each token of the step, and stores it or adds it to what x holds.
 *
 * Group 0: step, step and ids as words, x (tokens, columns). Group 1: the matrix. Constants: SCALE, ROW, ADD.
 */
export function embed(format: WeightFormat): Kernel {
  return {
    name: 'embed',
    code: compose(snippets.step, matrixReader(format), main),
    groups: [['uniform', 'read', 'write'], weightBindings(format)],
    trial: constants => trial(format, constants),
  };
}

export function embedGrid(columns: number, tokens: number): Grid {
  return [Math.ceil(columns / 4 / 64), tokens, 1];
}

function trial(format: WeightFormat, { SCALE = 1, ROW = EmbeddedRow.id, ADD = 0 }: Constants): Trial {
  const [rows, columns, position] = [7, Math.max(320, 2 * format.blockLength), 2];
  const ids = [3, 0, 6, 3];
  const { bindings, values } = randomMatrix(format, { rows, columns });
  const held = randomFloats(ids.length * columns, 2);
  const rowOf = (token: number) => [ids[token] ?? 0, position + token, 0][ROW] ?? 0;
  const expected = held.map((value, i) => {
    return ADD * value + SCALE * (values[rowOf(Math.floor(i / columns)) * columns + (i % columns)] ?? 0);
  });
  const step = Uint32Array.of(ids.length, position, 0, ...ids);
  return {
    buffers: [[step, step, held], bindings],
    grid: embedGrid(columns, ids.length),
    results: [{ binding: 2, expected, tolerance: F32_TOLERANCE }],
  };
}
