import { expect, it } from 'vitest';
import type { LoadProgress } from './progress.ts';
import { ProgressMeter } from './progress-meter.ts';

/** A meter on a clock that the test winds, and what it reported. */
function meter(stages: readonly LoadProgress['stage'][] = ['download', 'upload', 'compile']) {
  const clock = { time: 0 };
  const events: LoadProgress[] = [];
  return {
    clock,
    events,
    meter: new ProgressMeter(
      event => events.push(event),
      stages,
      () => clock.time,
    ),
  };
}

it('weighs the stages and ends at 1', () => {
  const { meter: progress, events } = meter();
  progress.update('download', 0, 100);
  progress.update('download', 100, 100);
  progress.update('upload', 50, 100);
  progress.update('upload', 100, 100);
  progress.update('compile', 0, 0);
  progress.finish();
  const fractions = events.map(event => event.fraction);
  for (const [index, fraction] of [0, 0.8, 0.89, 0.98, 0.98, 1].entries()) {
    expect(fractions[index]).toBeCloseTo(fraction);
  }
  expect(events.map(event => event.stage)).toEqual(['download', 'download', 'upload', 'upload', 'compile', 'compile']);
});

it('shares the whole among the stages there are', () => {
  const { meter: progress, events } = meter(['upload', 'compile']);
  progress.update('upload', 100, 100);
  expect(events.at(-1)?.fraction).toBeCloseTo(0.9);
});

it('never falls, even where bytes are fetched again', () => {
  const { meter: progress, clock, events } = meter();
  for (const bytes of [0, 50, 20, 60]) {
    progress.update('download', bytes, 100);
    clock.time += 100;
  }
  const fractions = events.map(event => event.fraction);
  expect(fractions).toHaveLength(4);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(events.every(event => event.bytesPerSecond >= 0)).toBe(true);
});

it('reports 20 times a second at most, and the end of a stage always', () => {
  const { meter: progress, clock, events } = meter();
  for (let bytes = 0; bytes <= 1000; bytes++) {
    progress.update('download', bytes, 1000);
    clock.time += 1;
  }
  expect(events.length).toBeGreaterThan(15);
  expect(events.length).toBeLessThanOrEqual(21);
  expect(events.at(-1)).toMatchObject({ bytes: 1000, totalBytes: 1000 });
});

it('measures speed over the last second', () => {
  const { meter: progress, clock, events } = meter();
  let bytes = 0;
  const advance = (bytesPerMs: number, milliseconds: number) => {
    for (let step = 0; step < milliseconds / 50; step++) {
      clock.time += 50;
      bytes += bytesPerMs * 50;
      progress.update('download', bytes, 1e9);
    }
  };
  progress.update('download', 0, 1e9);
  expect(events.at(-1)?.bytesPerSecond).toBe(0);
  advance(10, 500);
  expect(events.at(-1)?.bytesPerSecond).toBeCloseTo(10_000);
  advance(30, 3000);
  expect(events.at(-1)?.bytesPerSecond).toBeCloseTo(30_000);
  progress.update('upload', 0, 1e9);
  expect(events.at(-1)).toMatchObject({ stage: 'upload', bytesPerSecond: 0 });
});

it('is content without a listener', () => {
  const progress = new ProgressMeter(undefined, ['compile']);
  progress.update('compile', 0, 0);
  expect(() => progress.finish()).not.toThrow();
});
