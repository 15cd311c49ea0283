import type { LoadProgress, OnProgress } from './progress.ts';

type Stage = LoadProgress['stage'];

/** Shares of the whole load's time, about: the network is slower than the GPU's bus, and kernels compile at once. */
const SHARES: Record<Stage, number> = { download: 0.8, upload: 0.18, compile: 0.02 };
/** Twenty events a second look smooth; more would only keep the page from its work. */
const INTERVAL_MS = 50;
const SPEED_WINDOW_MS = 1000;

/** Turns the byte counts of a load's stages into {@link LoadProgress} events. */
export class ProgressMeter {
  readonly #onProgress: OnProgress | undefined;
  readonly #shares: Map<Stage, number>;
  readonly #now: () => number;
  /** How much of each stage is done, 0 to 1. */
  readonly #done = new Map<Stage, number>();
  /** The stage's events of the last second, and the one before them. */
  #recent: { time: number; bytes: number }[] = [];
  #last: LoadProgress | undefined;

  /** @param stages those that this load has; a model that is stored already has no download. */
  constructor(onProgress: OnProgress | undefined, stages: readonly Stage[], now = () => performance.now()) {
    this.#onProgress = onProgress;
    const sum = stages.reduce((total, stage) => total + SHARES[stage], 0);
    this.#shares = new Map(stages.map(stage => [stage, SHARES[stage] / sum]));
    this.#now = now;
  }

  /** Bytes done and in all of a stage; both 0 where it has none to count. */
  update(stage: Stage, bytes: number, totalBytes: number): void {
    this.#done.set(stage, totalBytes > 0 ? Math.min(bytes / totalBytes, 1) : 0);
    const time = this.#now();
    const isNewStage = stage !== this.#last?.stage;
    const isDue = time - (this.#recent.at(-1)?.time ?? -Infinity) >= INTERVAL_MS;
    const isLast = bytes >= totalBytes && bytes !== this.#last?.bytes;
    if (!isNewStage && !isDue && !isLast) return;
    if (isNewStage) this.#recent = [];
    const bytesPerSecond = this.#speed(time, bytes);
    this.#report({ stage, bytes, totalBytes, fraction: this.#fraction(), bytesPerSecond });
  }

  /** The load is complete. */
  finish(): void {
    const { stage = 'compile', bytes = 0, totalBytes = 0, bytesPerSecond = 0 } = this.#last ?? {};
    this.#report({ stage, bytes, totalBytes, fraction: 1, bytesPerSecond });
  }

  /** The stages' shares, whatever their order; it holds still where bytes have to be fetched again. */
  #fraction(): number {
    let fraction = 0;
    for (const [stage, share] of this.#shares) fraction += share * (this.#done.get(stage) ?? 0);
    return Math.min(Math.max(fraction, this.#last?.fraction ?? 0), 1);
  }

  #speed(time: number, bytes: number): number {
    const start = this.#recent.findLastIndex(event => time - event.time >= SPEED_WINDOW_MS);
    this.#recent = [...this.#recent.slice(Math.max(start, 0)), { time, bytes }];
    const oldest = this.#recent[0] ?? { time, bytes };
    return time > oldest.time ? Math.max(((bytes - oldest.bytes) / (time - oldest.time)) * 1000, 0) : 0;
  }

  #report(progress: LoadProgress): void {
    this.#last = progress;
    this.#onProgress?.(progress);
  }
}
