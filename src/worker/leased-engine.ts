import type { Embedding, Engine, GenerateRequest, ModelInfo, Prompt, TokenEvent } from '../engine/engine.ts';
import type { Lease } from './resident.ts';

/**
 * A model as a request holds it: each run takes a lease, so that the model is loaded again if it had to make room
 * between being opened and being used, and does not have to in the middle of an answer.
 */
export function leasedEngine(opened: Engine, acquire: (signal: AbortSignal) => Promise<Lease>): Engine {
  async function* generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<TokenEvent> {
    const lease = await acquire(signal);
    try {
      yield* lease.engine.generate(request, signal);
    } finally {
      lease.release();
    }
  }
  async function embed(inputs: readonly Prompt[], signal: AbortSignal): Promise<Embedding[]> {
    const lease = await acquire(signal);
    try {
      return (await lease.engine.embed?.(inputs, signal)) ?? [];
    } finally {
      lease.release();
    }
  }
  const info: ModelInfo = opened.info;
  // Who keeps the models disposes of them.
  const dispose = async () => {};
  return opened.embed ? { info, generate, embed, dispose } : { info, generate, dispose };
}
