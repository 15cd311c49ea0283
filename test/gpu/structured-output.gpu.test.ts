import OpenAI, { APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { inspectModel } from '../../src/engine/native/inspect-model.ts';
import { loadNativeEngine } from '../../src/engine/native/native-engine.ts';
import { readGguf } from '../../src/gguf/read-gguf.ts';
import { createHandler } from '../../src/openai/handler.ts';
import { bytesSource } from '../fixtures/bytes-source.ts';
import { scriptedProvider } from '../fixtures/scripted-engine.ts';
import { tinyModel } from '../fixtures/tiny-model.ts';
import { testGpu } from './open.ts';

const gpu = await testGpu();
const source = bytesSource(tinyModel());
const native = inspectModel(await readGguf(source), gpu.limits);
const engine = await loadNativeEngine(gpu, source, native, { id: 'tiny', signal: new AbortController().signal });
const handler = createHandler(scriptedProvider(engine));
const openai = new OpenAI({
  apiKey: 'local',
  baseURL: 'https://app.example/v1',
  fetch: (url, init) => handler(new Request(url, init)),
});
const messages = [{ role: 'user' as const, content: 'Tell me of the weather.' }];

const Weather = z.object({
  city: z.string().max(8),
  temperature: z.number().min(-50).max(50),
  sky: z.enum(['clear', 'cloudy']),
  wind: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({ kind: z.literal('some'), beaufort: z.int().min(1).max(12) }),
  ]),
  // Zod writes a pattern beside each of these formats.
  days: z.array(z.iso.date()).max(2),
  station: z.uuid(),
  contact: z.email().max(20),
  note: z.nullable(z.string().max(4)),
});

describe('a model that makes no sense, through the openai package', () => {
  test('parse with zod', async () => {
    const { choices } = await openai.chat.completions.parse({
      model: 'tiny',
      messages,
      response_format: zodResponseFormat(Weather, 'weather'),
    });
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(Weather.parse(choices[0]?.message.parsed)).toEqual(choices[0]?.message.parsed);
  });

  test('json_object, streamed', async () => {
    const response_format = { type: 'json_object' as const };
    const stream = openai.chat.completions.stream({
      model: 'tiny',
      messages,
      response_format,
      max_tokens: 400,
      seed: 3,
    });
    const { choices } = await stream.finalChatCompletion();
    const content = choices[0]?.message.content ?? '';
    if (choices[0]?.finish_reason === 'stop') expect(JSON.parse(content)).toBeTypeOf('object');
    else expect(content).toMatch(/^\{/);
  });

  test('forced tokens, fed together, leave the text that it is with one step each', async () => {
    const response_format = { type: 'regex', regex: '[a-z]{3} (?:QWERTZ|ASDFGH)-#42: [a-z]{8}' };
    const body = { model: 'tiny', messages, temperature: 0, response_format };
    const ask = async (logprobs: boolean) => {
      const path = '/chat/completions';
      const { choices } = await openai.post<OpenAI.ChatCompletion>(path, { body: { ...body, logprobs } });
      return choices[0];
    };
    const [together, alone] = [await ask(false), await ask(true)];
    expect(together?.message.content).toBe(alone?.message.content);
    expect(together?.message.content).toMatch(/^[a-z]{3} (?:QWERTZ|ASDFGH)-#42: [a-z]{8}$/);
    expect(alone?.logprobs?.content?.map(({ token }) => token).join('')).toBe(alone?.message.content);
  });

  test.each([
    [
      { type: 'json_schema', json_schema: { name: 'x', schema: { properties: { x: { uniqueItems: true } } } } },
      'invalid_json_schema',
      'response_format.json_schema.schema.properties.x.uniqueItems',
    ],
    [{ type: 'grammar', grammar: 'root ::= word' }, 'invalid_grammar', 'response_format.grammar'],
    [{ type: 'regex', regex: '(a' }, 'invalid_grammar', 'response_format.regex'],
  ])('%j is refused by name', async (response_format, code, param) => {
    for (const stream of [false, true]) {
      const body = { model: 'tiny', messages, stream, response_format };
      const refused = openai.post('/chat/completions', { body });
      await expect(refused).rejects.toBeInstanceOf(APIError);
      await expect(refused).rejects.toMatchObject({ status: 400, code, param });
    }
  });
});
