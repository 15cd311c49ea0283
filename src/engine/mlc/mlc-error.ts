import { EnvironmentError, IngleError, isAbort, ModelError, RequestError } from '../../errors.ts';

/** What web-llm throws, by the names of its errors, as ours. */
export function ofMlc(error: unknown, id: string): unknown {
  if (error instanceof IngleError || isAbort(error) || !(error instanceof Error)) return error;
  const { name, message } = error;
  switch (name) {
    case 'ContextWindowSizeExceededError':
      return new RequestError(message, 'context_length_exceeded', 'messages');
    case 'ModelNotFoundError':
      return new ModelError(message, 'model_not_found');
    case 'ShaderF16SupportError':
    case 'FeatureSupportError':
    case 'WebGPUNotAvailableError':
    case 'WebGPUNotFoundError':
      return new EnvironmentError(message, 'webgpu_unavailable', { cause: error });
    // After a loss web-llm forgets its models.
    case 'DeviceLostError':
    case 'ModelNotLoadedError':
      return new EnvironmentError(`The GPU was lost with ${id} on it.`, 'device_lost', { cause: error });
    case 'QuotaExceededError':
      return new EnvironmentError(`There is no room to store ${id}.`, 'quota_exceeded', { cause: error });
    case 'InvalidResponseFormatGrammarError':
    case 'InvalidResponseFormatStructuralTagError':
    case 'GrammarMatcherInitError':
      return new RequestError(message, 'invalid_grammar', 'response_format');
    default:
      return error;
  }
}

/** The same for what goes wrong in a load: it fetches, or it runs a library that is not for this package. */
export function ofMlcLoad(error: unknown, id: string): unknown {
  const known = ofMlc(error, id);
  if (known !== error || isAbort(error)) return known;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    return new ModelError(`The library of ${id} does not fit web-llm: ${message}`, 'unsupported_architecture', {
      cause: error,
    });
  }
  return new ModelError(`${id} could not be loaded: ${message}`, 'model_download_failed', { cause: error });
}
