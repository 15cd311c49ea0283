/** What the tests import into the page: the client that people have, as it is. */
export { default as OpenAI } from 'openai';
