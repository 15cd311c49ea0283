import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMlcOptions } from './mlc-options.ts';

let weights: string;
beforeAll(() => {
  weights = mkdtempSync(join(tmpdir(), 'ingle-mlc-'));
});
afterAll(() => rmSync(weights, { recursive: true }));

const file = import.meta.filename;

test.each([
  { args: [], problem: /^--lib is missing\.\n--weights is missing\.\n--config is missing\.\n\nnpm run test:mlc -- / },
  { args: ['--help'], problem: /^npm run test:mlc -- / },
  { args: ['--library', 'x'], problem: /^Unknown option '--library'.*npm run test:mlc -- /s },
  {
    args: ['--lib', '/none.wasm', '--weights', file, '--config', file],
    problem: /^--lib: there is no \/none\.wasm\.\n--weights: .* is no folder\.\n\n/,
  },
])('$args', ({ args, problem }) => {
  expect(readMlcOptions(args)).toMatch(problem);
});

test('what is all there, the tokenizer in the folder', () => {
  const args = ['--lib', file, '--weights', weights, '--config', file, '--software'];
  expect(readMlcOptions(args)).toMatch(/^--weights: there is no .*tokenizer_config\.json\./);
  writeFileSync(join(weights, 'tokenizer_config.json'), '{}');
  expect(readMlcOptions(args)).toEqual({ lib: file, weights, config: file, webllm: undefined, software: true });
});
