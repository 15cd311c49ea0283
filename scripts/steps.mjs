/** Runs the steps of `npm test` two at a time and tells how they went. */
import { spawn } from 'node:child_process';
import { ROOT } from './install.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command  a script for Node, and its arguments
 * @property {Record<string, string>} [env]
 * @property {string | undefined} [notRun]  why the step cannot run here
 *
 * @typedef {object} Result
 * @property {string} name
 * @property {'ok' | 'FAILED' | 'not run'} state
 * @property {number} seconds
 * @property {string[]} notRun  what the step left out, and why
 */

/** Most steps wait for a start-up or for a software GPU; two of them keep a small machine busy. */
const AT_ONCE = 2;

/** A step that hangs must not hang everything; the longest takes about a third of this on two cores. */
const STEP_LIMIT_MS = 40 * 60_000;

/** How a step says what it left out: this line, and then one reason a line, indented. */
const NOT_RUN = /^Not run:\n((?: {2}.+(?:\n|$))+)/gm;

/**
 * @param {Step[]} steps
 * @returns {Promise<Result[]>} in the order of the steps
 */
export async function runSteps(steps) {
  /** @type {Result[]} */
  const results = [];
  const queue = steps.entries();
  const lane = async () => {
    for (const [index, step] of queue) results[index] = await runStep(step);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

/**
 * The step's output is shown when it ends, so that two of them do not mix.
 *
 * @param {Step} step
 * @returns {Promise<Result>}
 */
async function runStep({ name, command, env, notRun }) {
  if (notRun !== undefined) return { name, state: 'not run', seconds: 0, notRun: [notRun] };
  const start = performance.now();
  const child = spawn(process.execPath, command, {
    cwd: ROOT,
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: STEP_LIMIT_MS,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text));
  const code = await new Promise(resolve => {
    child.on('error', resolve);
    child.on('close', (exit, signal) => resolve(exit ?? signal));
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 100 - name.length))}\n${output.trim()}`);
  if (code !== 0) console.log(`${name} ended with ${code}`);
  const leftOut = [...output.matchAll(NOT_RUN)].flatMap(([, lines = '']) => lines.trimEnd().split('\n'));
  return { name, state: code === 0 ? 'ok' : 'FAILED', seconds, notRun: leftOut.map(line => line.trim()) };
}

/** @param {Result[]} results */
export function summary(results) {
  const rows = results.map(
    ({ name, state, seconds }) => `${name.padEnd(20)} ${state.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  const rule = '─'.repeat(38);
  const reasons = new Set(results.flatMap(({ notRun }) => notRun));
  const left = [...reasons].map(reason => {
    const names = results.filter(({ notRun }) => notRun.includes(reason)).map(({ name }) => name);
    return `  ${names.join(', ')}: ${reason}`;
  });
  const lastWord = left.length === 0 ? 'Everything was run.' : `Not run, and why:\n${left.join('\n')}`;
  return ['', rule, ...rows, rule, lastWord].join('\n');
}
