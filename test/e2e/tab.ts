/** A page that serves `/v1` from its first moment, with a scripted engine, and uses it at once. */
import { Ingle } from '../../src/index.ts';
import { scriptFile } from '../fixtures/scripted-loader.ts';

declare global {
  interface Window {
    starting: Promise<Ingle>;
    /** The status of a request that was made before anything could answer it. */
    early: Promise<number>;
    loadScript: (tokens: number, tokenMs: number) => Promise<void>;
  }
}

const worker = new Worker(new URL('../fixtures/scripted-worker.ts', import.meta.url), { type: 'module' });
const serve = new URLSearchParams(location.search).get('serve');
window.starting = Ingle.start({ worker, serve: serve === null ? true : { url: serve } });
window.early = fetch('/v1/models').then(response => response.status);

window.loadScript = async (tokens, tokenMs) => {
  const answer = Array.from({ length: tokens }, (_, index) => `${index} `);
  await (await window.starting).models.load(scriptFile('script.gguf', { answer, tokenMs }));
};
