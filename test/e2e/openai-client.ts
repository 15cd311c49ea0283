/** What the tests load into the page: the clients that people have, as they are. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import * as ai from 'ai';
import { OpenAI } from 'openai';
import * as openaiZod from 'openai/helpers/zod';
import * as z from 'zod';
import { checked } from '../clients/checked.ts';

declare global {
  interface Window {
    openai: OpenAI;
    openaiZod: typeof openaiZod;
    ai: typeof ai & { ingle: ReturnType<typeof connect> };
    chatOpenAI: (model: string, maxTokens?: number) => ChatOpenAI;
    z: typeof z;
  }
}

const baseURL = `${location.origin}/v1`;

/** The page's own, whose answers are held to OpenAI's published types. */
const fetch: typeof globalThis.fetch = async (input, init) => {
  const request = new Request(input, init);
  return checked(new URL(request.url).pathname, await globalThis.fetch(request));
};

function connect() {
  return createOpenAICompatible({
    name: 'ingle',
    baseURL,
    includeUsage: true,
    supportsStructuredOutputs: true,
    fetch,
  });
}

// Zod would try out whether the page's policy lets it write code.
z.config({ jitless: true });

window.z = z;
window.ai = { ...ai, ingle: connect() };
window.chatOpenAI = (model, maxTokens = 8) => {
  const configuration = { baseURL, fetch, dangerouslyAllowBrowser: true };
  return new ChatOpenAI({ model, apiKey: 'local', temperature: 0, maxTokens, maxRetries: 0, configuration });
};
window.openaiZod = openaiZod;
window.openai = new OpenAI({ baseURL, fetch, apiKey: 'local', dangerouslyAllowBrowser: true, maxRetries: 0 });
