import type { ModelEstimate } from '../src/index.ts';
import { adviceFor } from './advice.ts';
import { make } from './dom.ts';
import { formatBytes, formatRate } from './format.ts';

/** Asks what a model would take, and says it in `line`. */
export async function showEstimate(line: HTMLElement, asking: Promise<ModelEstimate>): Promise<void> {
  line.textContent = 'Reading its first bytes …';
  line.textContent = await asking.then(describe, (error: unknown) => adviceFor(error).message);
}

/** A line below an offer: a button, which turns into the answer. */
export function estimateLine(ask: () => Promise<ModelEstimate>): HTMLElement {
  const button = make('button', 'link', 'Will it fit?');
  button.type = 'button';
  const line = make('p', 'hint', button);
  line.role = 'status';
  button.addEventListener('click', () => void showEstimate(line, ask()));
  return line;
}

function describe({ downloadBytes, gpuBytes, contextLength, problem, tokensPerSecond }: ModelEstimate): string {
  const takes = [
    downloadBytes === 0 ? '' : `${known(downloadBytes)} to download`,
    gpuBytes === 0 ? 'runs on the processor' : `${known(gpuBytes)} on the GPU`,
    contextLength === undefined ? '' : `${contextLength.toLocaleString('en')} tokens of context`,
    tokensPerSecond === undefined ? '' : `up to ${formatRate(tokensPerSecond)} tokens/s`,
  ];
  return [problem ?? 'It fits.', takes.filter(Boolean).join(' · ')].join(' ');
}

function known(bytes: number | undefined): string {
  return bytes === undefined ? 'an unknown size' : formatBytes(bytes);
}
