import type { Gpu } from './gpu.ts';
import type { Call, Contents, Grid } from './kernel.ts';

/** A kernel to run once, on buffers of its own. */
export interface Run extends Pick<Call<undefined>, 'kernel' | 'constants'> {
  /** For each group and binding. */
  readonly buffers: readonly (readonly Contents[])[];
  readonly grid: Grid;
}

/**
 * Runs one kernel once and gives back what some of its buffers hold afterwards.
 *
 * @param outputs group and binding of each buffer to read
 */
export async function runOnce(
  gpu: Gpu,
  { kernel, constants, buffers, grid }: Run,
  outputs: readonly (readonly [group: number, binding: number])[],
): Promise<ArrayBuffer[]> {
  const owned = gpu.buffers();
  try {
    const made = buffers.map((group, g) =>
      group.map((contents, b) => {
        const bytes = typeof contents === 'number' ? contents * 4 : contents.byteLength;
        const kind = kernel.groups[g]?.[b] === 'uniform' ? 'uniform' : 'storage';
        const buffer = owned[kind](`${kernel.name} ${g}.${b}`, bytes);
        if (typeof contents !== 'number') gpu.write(buffer, 0, contents);
        return buffer;
      }),
    );
    const bound = made.map(group => group.map(buffer => ({ buffer })));
    const program = await gpu.compile([{ kernel, constants, buffers: bound, grid: () => grid }]);
    const copies = outputs.map(([group, binding]) => {
      const from = made[group]?.[binding];
      if (!from) throw new RangeError(`no buffer at ${group}.${binding}`);
      return { from, to: owned.readback('result', from.size) };
    });
    gpu.run([program], undefined);
    for (const copy of copies) gpu.run([], undefined, copy);
    return await Promise.all(copies.map(({ to }) => to.read()));
  } finally {
    owned.free();
  }
}
