import type { LoadProgress } from '../src/index.ts';
import { byId } from './dom.ts';
import { formatBytes } from './format.ts';

const STAGES: Readonly<Record<LoadProgress['stage'], string>> = {
  download: 'Downloading',
  upload: 'Loading',
  compile: 'Preparing',
};

/** The bar that shows a model being loaded. */
export function showLoading(name: string): void {
  byId('progress-title', HTMLElement).textContent = `Opening ${name} …`;
  byId('progress-detail', HTMLElement).textContent = '';
  byId('progress-bar', HTMLProgressElement).removeAttribute('value');
  const view = byId('progress', HTMLElement);
  view.hidden = false;
  view.scrollIntoView({ block: 'nearest' });
}

export function updateLoading(name: string, progress: LoadProgress): void {
  const { stage, bytes, totalBytes, fraction, bytesPerSecond } = progress;
  byId('progress-title', HTMLElement).textContent = `${STAGES[stage]}: ${name}`;
  byId('progress-bar', HTMLProgressElement).value = fraction;
  byId('progress-detail', HTMLElement).textContent = [
    `${Math.round(fraction * 100)} %`,
    totalBytes > 0 ? `${formatBytes(bytes)} of ${formatBytes(totalBytes)}` : '',
    bytesPerSecond > 0 ? `${formatBytes(bytesPerSecond)}/s` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

export function hideLoading(): void {
  byId('progress', HTMLElement).hidden = true;
}
