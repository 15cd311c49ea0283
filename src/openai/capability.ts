import type { ModelInfo } from '../engine/engine.ts';
import { EnvironmentError, RequestError } from '../errors.ts';

const VERBS = { chat: 'chat', completion: 'complete text', embedding: 'embed text' };

/**
 * @throws RequestError `unsupported_model` for a model that cannot do it; EnvironmentError `webgpu_unavailable` where it only
 * cannot do it on the processor.
 */
export function requireCapability({ id, engine, capabilities }: ModelInfo, capability: keyof typeof VERBS): void {
  if (capabilities[capability]) return;
  if (engine === 'wasm') {
    const message = `The model '${id}' runs on the processor here, and does not ${VERBS[capability]} without WebGPU.`;
    throw new EnvironmentError(message, 'webgpu_unavailable');
  }
  throw new RequestError(`The model '${id}' does not ${VERBS[capability]}.`, 'unsupported_model', 'model');
}
