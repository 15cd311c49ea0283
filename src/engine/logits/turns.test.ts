import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;

test('one at a time, in order of arrival', async () => {
  const turns = new Turns();
  const log: string[] = [];
  const run = async (name: string) => {
    const end = await turns.take(never);
    log.push(`${name} begins`);
    await Promise.resolve();
    log.push(`${name} ends`);
    end();
  };
  await Promise.all([run('a'), run('b'), run('c')]);
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('who gives up waiting is passed over, and does not pass those before', async () => {
  const turns = new Turns();
  const endFirst = await turns.take(never);
  const controller = new AbortController();
  const givenUp = turns.take(controller.signal);
  let thirdRuns = false;
  const third = turns.take(never).then(end => {
    thirdRuns = true;
    end();
  });
  controller.abort(new Error('gave up'));
  await expect(givenUp).rejects.toThrow('gave up');
  await Promise.resolve();
  expect(thirdRuns).toBe(false);
  endFirst();
  await third;
  expect(thirdRuns).toBe(true);
});

test('an aborted signal does not take a turn', async () => {
  const turns = new Turns();
  await expect(turns.take(AbortSignal.abort())).rejects.toThrow();
  (await turns.take(never))();
});
