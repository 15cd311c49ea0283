/** What the tests load into the page: the clients that people have, as they are. */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import { OpenAI } from 'openai';

declare global {
  interface Window {
    openai: OpenAI;
    ai: { generateText: typeof generateText; streamText: typeof streamText; ingle: ReturnType<typeof connect> };
    chatOpenAI: (model: string) => ChatOpenAI;
  }
}

const baseURL = `${location.origin}/v1`;

function connect() {
  return createOpenAICompatible({ name: 'ingle', baseURL, includeUsage: true });
}

window.ai = { generateText, streamText, ingle: connect() };
window.chatOpenAI = model => {
  const configuration = { baseURL, dangerouslyAllowBrowser: true };
  return new ChatOpenAI({ model, apiKey: 'local', temperature: 0, maxTokens: 8, maxRetries: 0, configuration });
};
window.openai = new OpenAI({ baseURL, apiKey: 'local', dangerouslyAllowBrowser: true, maxRetries: 0 });
