import { createHandler, type HandlerOptions } from '../../src/openai/handler.ts';
import { type Script, ScriptedEmbedder, scriptedProvider } from '../fixtures/scripted-engine.ts';
import { TOOL_TEMPLATE, tokensOf } from '../fixtures/tool-template.ts';
import { checked } from './checked.ts';

/**
 * A `fetch` as an embedder gets it from `ingle.fetch`, with a scripted engine behind it; every answer that is read to
 * its end is held to OpenAI's published types.
 */
export function start(script: Script = {}, options: HandlerOptions = {}) {
  const engine = new ScriptedEmbedder(script);
  const handler = createHandler(scriptedProvider(engine), options);
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    return checked(new URL(request.url).pathname, await handler(request));
  };
  return { engine, fetch };
}

/** The same with a model that knows tools and says one text after the other, whatever it is asked. */
export function startSaying(...texts: readonly string[]) {
  const waiting = [...texts];
  return start({ info: { chatTemplate: TOOL_TEMPLATE }, answer: () => tokensOf(waiting.shift() ?? '') });
}
