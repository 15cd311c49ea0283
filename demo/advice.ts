import { IngleError } from '../src/index.ts';

/** What a visitor can do about each error, by its code. */
const NEXT_STEP: Readonly<Record<string, string>> = {
  webgpu_unavailable:
    'Use a current Chrome, Edge or Safari, or Firefox on Windows or Mac; on Linux, Chrome may need chrome://flags/#enable-unsafe-webgpu. Check that hardware acceleration is on.',
  device_lost: 'The graphics driver was reset or the device slept. Load the model again.',
  gpu_unreliable:
    'Update the browser and the graphics driver, or let the browser use another graphics card. What this one writes would make no sense.',
  out_of_memory: 'Close other tabs, or choose a smaller model.',
  storage_unavailable: 'The browser keeps no data here, perhaps in a private window. Open this page in a normal one.',
  quota_exceeded: 'Free some disk space, delete a stored model, or choose a smaller one.',
  engine_unavailable: 'Reload the page.',
  model_not_found: 'Check the address or the name.',
  model_download_failed: 'Check the connection and try again. The server must allow requests from other sites (CORS).',
  ranges_unsupported: 'Use a server that answers byte-range requests, or download the file and drop it here.',
  invalid_gguf: 'The file is damaged or is no GGUF file. Download it again, or choose another.',
  unsupported_architecture: 'Choose a model of the Llama family.',
  unsupported_tensor_type: 'Choose another quantisation of this model, such as Q4_K_M or Q8_0.',
  unsupported_tokenizer: 'Choose another model.',
  unsupported_model: 'Choose a model that chats. POST /v1/embeddings answers for this one.',
  model_too_large: 'Choose a smaller model, or a smaller quantisation of this one.',
  context_length_exceeded: 'Start a new chat.',
  upstream_unavailable:
    'Check that the server runs, and that it allows this page to ask it (CORS). Or choose a model of this device.',
  upstream_failed: 'The server is no API of this kind, or has failed. Check its address and its log.',
  upstream_timeout: 'Try again when the server has less to do.',
  invalid_upstream: 'Check the address of the server.',
  rate_limit_exceeded: 'Wait until other answers have ended, and try again.',
};

export interface Advice {
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
}

/** An error as a visitor can use it: what went wrong, and what to do next. */
export function adviceFor(error: unknown): Advice {
  const code = error instanceof IngleError ? error.code : 'internal_error';
  const message = error instanceof Error ? error.message : String(error);
  return { code, message, nextStep: NEXT_STEP[code] ?? 'Reload the page and try again.' };
}
