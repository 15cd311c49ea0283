/**
 * `npm test`: everything, from a fresh checkout. Installs what is missing, runs all checks, prints a table of results
 * and, last, what was not run and why.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium, ensurePackages, ROOT } from './install.mjs';
import { runSteps, summary } from './steps.mjs';

ensurePackages();
const chromium = ensureChromium();
if (chromium !== undefined) process.env.CHROME_PATH = chromium;
// After ensurePackages: it tries the adapters out with the `webgpu` package.
const { findAdapters } = await import('./adapters.mjs');

const GOLDEN = join('..', 'shared', 'golden');
const BAD_GGUF = join(GOLDEN, 'bad-gguf');
const goldenAbsent = existsSync(join(ROOT, GOLDEN)) ? undefined : `there is no ${GOLDEN}`;
/** The embedded model's own references are always there. */
const goldenFolders = [join('demo', 'ember'), ...(goldenAbsent === undefined ? [GOLDEN] : [])];
const browserAbsent =
  chromium === undefined ? 'no Chromium found, and none could be installed (set CHROME_PATH to one)' : undefined;
const vitest = 'node_modules/vitest/vitest.mjs';

/** @type {import('./steps.mjs').Step[]} */
const steps = [
  { name: 'types', command: ['node_modules/typescript/bin/tsc', '-p', '.'] },
  { name: 'lint', command: ['node_modules/@biomejs/biome/bin/biome', 'ci'] },
  { name: 'build', command: ['scripts/run.mjs', 'scripts/build.ts'] },
  { name: 'unit', command: [vitest, 'run', '--project', 'unit'] },
  { name: 'tokens', command: ['scripts/run.mjs', 'scripts/tokens.ts', GOLDEN], notRun: goldenAbsent },
  { name: 'gguf:check', command: ['scripts/run.mjs', 'scripts/gguf-check.ts', BAD_GGUF], notRun: goldenAbsent },
  ...findAdapters().flatMap(({ name, env, problem }) => [
    { name: `gpu:${name}`, command: [vitest, 'run', '--project', `gpu:${name}`], env, notRun: problem },
    {
      name: `golden:${name}`,
      command: ['scripts/run.mjs', 'scripts/golden.ts', ...goldenFolders],
      env,
      notRun: problem,
    },
  ]),
  { name: 'browser', command: [vitest, 'run', '--project', 'browser'], notRun: browserAbsent },
  { name: 'e2e', command: [vitest, 'run', '--project', 'e2e'], notRun: browserAbsent },
];

const results = await runSteps(steps);
console.log(summary(results));
process.exit(results.every(({ state }) => state !== 'FAILED') ? 0 : 1);
