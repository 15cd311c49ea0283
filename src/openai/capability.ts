import type { ModelInfo } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';

const VERBS = { chat: 'chat', completion: 'complete text', embedding: 'embed text' };

/** @throws RequestError `unsupported_model` for a model that cannot do it. */
export function requireCapability({ id, capabilities }: ModelInfo, capability: keyof typeof VERBS): void {
  if (capabilities[capability]) return;
  throw new RequestError(`The model '${id}' does not ${VERBS[capability]}.`, 'unsupported_model', 'model');
}
