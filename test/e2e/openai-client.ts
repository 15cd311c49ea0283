/** What the tests load into the page: the client that people have, as it is. */
import { OpenAI } from 'openai';

declare global {
  interface Window {
    openai: OpenAI;
  }
}

window.openai = new OpenAI({
  baseURL: `${location.origin}/v1`,
  apiKey: 'local',
  dangerouslyAllowBrowser: true,
  maxRetries: 0,
});
