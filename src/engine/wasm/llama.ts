import { orAborted } from '../or-aborted.ts';
import { decodeMessage, encodeMessage, type Field } from './glue.ts';
import type { LlamaCalls } from './llama-calls.ts';

type Answer<Name extends keyof LlamaCalls> = Awaited<ReturnType<LlamaCalls[Name]>>;

/** llama.cpp in a worker of its own. */
export class Llama {
  readonly #worker = new Worker(new URL('./llama-worker.ts', import.meta.url), { name: 'ingle-llama' });
  readonly #gone = new AbortController();

  constructor() {
    this.#worker.addEventListener('error', ({ message }) => {
      this.#gone.abort(new Error(message || 'its script was not found, or is not allowed to run here'));
    });
  }

  /** Loads the module; nothing of it is fetched before. Several threads take a page that is cross-origin isolated. */
  start(threads: number): Promise<void> {
    return this.call('start', { ...moduleFiles(threads), threads });
  }

  /** @throws Error what went wrong there; a module that has failed in the middle of something is of no further use. */
  async call<Name extends keyof LlamaCalls>(name: Name, ...args: Parameters<LlamaCalls[Name]>): Promise<Answer<Name>> {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<Answer<Name>>((resolve, reject) => {
      port1.onmessage = ({ data }: MessageEvent<{ value: Answer<Name> } | { error: string }>) => {
        port1.close();
        if ('error' in data) reject(new Error(data.error));
        else resolve(data.value);
      };
    });
    this.#worker.postMessage({ name, args }, [port2]);
    return orAborted(answer, this.#gone.signal);
  }

  /** Has the module act; the fields of its answer. */
  async act(action: string, message: string, fields: readonly Field[]): Promise<unknown[]> {
    return decodeMessage(await this.call('act', action, encodeMessage(message, fields))).fields;
  }

  /** Ends the worker, and all that it holds. */
  end(): void {
    this.#worker.terminate();
    this.#gone.abort(new Error('it was ended'));
  }
}

/** Addresses of the build for one thread, or for several. */
function moduleFiles(threads: number): { script: string; wasm: string } {
  const [script, wasm] =
    threads > 1
      ? [
          new URL('@wllama/wllama/src/multi-thread/wllama.js', import.meta.url),
          new URL('@wllama/wllama/src/multi-thread/wllama.wasm', import.meta.url),
        ]
      : [
          new URL('@wllama/wllama/src/single-thread/wllama.js', import.meta.url),
          new URL('@wllama/wllama/src/single-thread/wllama.wasm', import.meta.url),
        ];
  return { script: script.href, wasm: wasm.href };
}
