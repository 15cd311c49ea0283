import { expect, test } from 'vitest';
import { Checkpoints } from './checkpoints.ts';

/** A state that says how much it has read. */
interface Reader {
  read: number;
}

function reader(copies: number) {
  const state: Reader = { read: 0 };
  const room = Array.from({ length: copies }, (): Reader => ({ read: 0 }));
  const checkpoints = new Checkpoints(state, room, (from, to) => Object.assign(to, from));
  /** Reads on from `position`, as a step does. */
  const read = (position: number, tokens: number) => {
    checkpoints.advance(position, tokens);
    if (position > 0) expect(state.read).toBe(position);
    state.read = position + tokens;
  };
  const readAndKeep = (...positions: number[]) => {
    for (const [i, position] of positions.entries()) {
      const from = positions[i - 1] ?? 0;
      read(from, position - from);
      checkpoints.keep();
    }
  };
  return { checkpoints, read, readAndKeep };
}

test('goes on from where it stands, from a checkpoint, or from the beginning', () => {
  const { checkpoints, read, readAndKeep } = reader(2);
  readAndKeep(10, 20);
  read(20, 5);
  expect([30, 25, 24, 20, 19, 10, 9, 0].map(most => checkpoints.last(most))).toEqual([25, 25, 20, 20, 10, 10, 0, 0]);
});

test('a checkpoint serves again and again, and those behind it are forgotten', () => {
  const { checkpoints, read, readAndKeep } = reader(3);
  readAndKeep(10, 20, 30);
  read(20, 3);
  read(20, 9);
  expect(checkpoints.last(28)).toBe(20);
  read(10, 3);
  expect(checkpoints.last(12)).toBe(10);
  read(0, 5);
  expect(checkpoints.last(4)).toBe(0);
});

test('where it cannot go on from is refused', () => {
  const { checkpoints, readAndKeep } = reader(1);
  readAndKeep(10);
  expect(() => checkpoints.advance(9, 1)).toThrow(/no checkpoint at position 9/);
});

test('with no room left, the checkpoint goes that is least missed', () => {
  const { checkpoints, readAndKeep } = reader(3);
  readAndKeep(100, 200, 210, 300); // 210 is the newest of the first three; without 200 the gaps stay smallest
  expect([99, 205, 290, 300].map(most => checkpoints.last(most))).toEqual([0, 100, 210, 300]);
});
