/**
 * Whether a GPU computes rightly what a model needs of it. Drivers have compiled kernels wrongly, most often those that
 * use subgroups or f16, and then a model writes gibberish.
 *
 * Each kernel brings a trial: small inputs, and what the CPU makes of them. It is tried as it will run, with the same
 * code and constants, so that it also compiles but once. Comparing a fast kernel with a portable one on the same GPU
 * would take no oracle, but what is wrong in both would pass.
 */
import type { Gpu } from './gpu.ts';
import type { Call, TrialResult } from './kernel.ts';
import { runOnce } from './run-once.ts';

/** A kernel as it is compiled. */
export type Compiled = Pick<Call<never>, 'kernel' | 'constants'>;

/** What a device has shown before, kept from one load to the next. */
export interface TrialMemory {
  /** Digests of kernels that it computed rightly. */
  recall(): Promise<ReadonlySet<string>>;
  remember(digests: ReadonlySet<string>): Promise<void>;
}

export class SelfTest {
  readonly #gpu: Gpu;
  readonly #memory: TrialMemory;

  constructor(gpu: Gpu, memory: TrialMemory) {
    this.#gpu = gpu;
    this.#memory = memory;
  }

  /**
   * What is wrong with each of these kernels that this GPU computes wrongly; nothing where all are right. Those that it
   * has computed rightly before are not tried again; those that failed are, since a new driver may have mended them.
   */
  async failures(kernels: readonly Compiled[]): Promise<string[]> {
    const right = new Set(await this.#memory.recall());
    const known = right.size;
    const fresh = [...(await byDigest(kernels))].filter(([digest]) => !right.has(digest));
    const found = await Promise.all(
      fresh.map(async ([digest, compiled]) => {
        const problem = await this.#try(compiled);
        if (problem === undefined) right.add(digest);
        return problem ?? [];
      }),
    );
    if (right.size > known) await this.#memory.remember(right);
    return [...new Set(found.flat())];
  }

  /** What is wrong, or undefined. */
  async #try({ kernel, constants }: Compiled): Promise<string | undefined> {
    if (!kernel.trial) throw new RangeError(`${kernel.name} has no trial`);
    const trial = kernel.trial(constants);
    const outputs = trial.results.map(({ binding }) => [0, binding] as const);
    try {
      const bytes = await runOnce(this.#gpu, { kernel, constants, ...trial }, outputs);
      const isRight = trial.results.every((result, i) => isWithinTolerance(result, bytes[i] ?? new ArrayBuffer(0)));
      return isRight ? undefined : `${kernel.name} gives wrong numbers`;
    } catch {
      return `${kernel.name} does not compile`; // or the device is lost, which whoever loads finds out
    }
  }
}

/** False where a number is NaN or missing, too. */
function isWithinTolerance({ expected, tolerance, read }: TrialResult, bytes: ArrayBuffer): boolean {
  const actual = read ? read(bytes) : new Float32Array(bytes);
  return expected.every((value, i) => {
    const difference = Math.abs((actual[i] ?? Number.NaN) - value);
    return difference <= tolerance * Math.max(1, Math.abs(value));
  });
}

/** Each kernel once, by a digest of its code and constants. */
async function byDigest(kernels: readonly Compiled[]): Promise<Map<string, Compiled>> {
  const texts = new Map(
    kernels.map(compiled => [JSON.stringify([compiled.kernel.code, compiled.constants]), compiled]),
  );
  return new Map(
    await Promise.all(
      [...texts].map(async ([text, compiled]): Promise<[string, Compiled]> => [await digest(text), compiled]),
    ),
  );
}

async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(hash)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
