import type { Gpu } from '../gpu/gpu.ts';
import type { Program } from '../gpu/program.ts';
import { chain, STREAM_RESULT_BYTES, STREAM_WORKGROUPS, stream } from '../kernels/probe/probe.ts';

/** What decides how fast a device decodes. Plain data. */
export interface DeviceSpeed {
  /** Bytes a second that a kernel reads from memory. */
  readonly bandwidth: number;
  /** Seconds of a dispatch that waits for the one before it. */
  readonly dispatch: number;
  /** Seconds from a submit to the CPU's having read its result. */
  readonly roundTrip: number;
}

/** More than caches hold. */
const STREAM_BYTES = 2 ** 27;
/** To spend on each of the measurements, about. */
const SECONDS = 0.25;
const CHAIN_LENGTH = 512;
const ROUND_TRIPS = 8;

/** Measures for about a second, on buffers of its own. */
export async function measureSpeed(gpu: Gpu): Promise<DeviceSpeed> {
  const buffers = gpu.buffers();
  try {
    return await gpu.checked(async () => {
      const bytes = Math.min(STREAM_BYTES, gpu.limits.maxBindingBytes, gpu.limits.maxBufferBytes);
      const data = buffers.storage('probe', bytes);
      const result = buffers.storage('probe result', STREAM_RESULT_BYTES);
      const counter = buffers.storage('probe counter', 4);
      const readback = buffers.readback('probe counter for the CPU', 4);
      const [streaming, chained] = await Promise.all([
        gpu.compile([
          {
            kernel: stream,
            constants: {},
            buffers: [[{ buffer: data }, { buffer: result }]],
            grid: () => [STREAM_WORKGROUPS, 1, 1],
          },
        ]),
        gpu.compile([{ kernel: chain, constants: {}, buffers: [[{ buffer: counter }]], grid: () => [1, 1, 1] }]),
      ]);
      const pass = await secondsOf(gpu, streaming, { least: 1, most: 64 });
      const dispatch = await secondsOf(gpu, chained, { least: CHAIN_LENGTH, most: CHAIN_LENGTH });
      const start = performance.now();
      for (let i = 0; i < ROUND_TRIPS; i++) {
        gpu.run([chained], undefined, { from: counter, to: readback });
        await readback.read();
      }
      const roundTrip = (performance.now() - start) / 1000 / ROUND_TRIPS;
      return { bandwidth: bytes / pass, dispatch, roundTrip };
    });
  } finally {
    buffers.free();
  }
}

/** Of one run of a program among many in a submit, which do not each wait for the CPU. */
async function secondsOf(gpu: Gpu, program: Program<undefined>, { least, most }: { least: number; most: number }) {
  const run = async (count: number) => {
    const start = performance.now();
    gpu.run(Array<Program<undefined>>(count).fill(program), undefined);
    await gpu.idle();
    return (performance.now() - start) / 1000;
  };
  await run(1); // the first fills the buffer with zeros
  const one = await run(1);
  if (one > SECONDS) return one;
  const count = Math.min(Math.max(Math.ceil(SECONDS / one), least), most);
  const all = await run(1 + count);
  // A clock may be too coarse for the difference.
  return Math.max((all - one) / count, 1e-9);
}
