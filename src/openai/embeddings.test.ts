import { describe, expect, test } from 'vitest';
import { ScriptedEmbedder, ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

const handler = createHandler(
  scriptedProvider(new ScriptedEmbedder(), new ScriptedEngine({ info: { id: 'chatter' } })),
);
const post = (body: object) => {
  return handler(new Request('https://app.example/v1/embeddings', { method: 'POST', body: JSON.stringify(body) }));
};

/** What the scripted engine makes of an input of so many tokens. */
const vector = (tokens: number) => [...Float32Array.of(Math.cos(tokens), Math.sin(tokens), 0, 0)];

test('an embedding has every field of OpenAI’s', async () => {
  const response = await post({ model: 'scripted', input: 'two words' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: vector(2) }],
    model: 'scripted',
    usage: { prompt_tokens: 2, total_tokens: 2 },
  });
});

test.each([
  { input: ['a', 'b c', 'd'], tokens: [1, 2, 1] },
  { input: [7, 8, 9], tokens: [3] },
  { input: [[7], [8, 9]], tokens: [1, 2] },
])('a batch is embedded in its order: $input', async ({ input, tokens }) => {
  const { data, usage } = await (await post({ input })).json();
  expect(data).toEqual(tokens.map((count, index) => ({ object: 'embedding', index, embedding: vector(count) })));
  expect(usage.prompt_tokens).toBe(tokens.reduce((sum, count) => sum + count));
});

test('base64 holds little-endian 32-bit floats', async () => {
  const { data } = await (await post({ input: 'a', encoding_format: 'base64' })).json();
  const bytes = Uint8Array.from(atob(data[0].embedding), char => char.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  expect(vector(1).map((_, index) => view.getFloat32(4 * index, true))).toEqual(vector(1));
});

test('fewer dimensions are the first of them, of length 1', async () => {
  const { data } = await (await post({ input: 'a', dimensions: 1 })).json();
  expect(data[0].embedding).toEqual([1]);
  const { data: all } = await (await post({ input: 'a', dimensions: 4 })).json();
  expect(all[0].embedding).toEqual(vector(1));
});

describe('refused by name', () => {
  test.each<[object, string, string]>([
    [{}, 'missing_required_parameter', 'input'],
    [{ input: '' }, 'invalid_value', 'input'],
    [{ input: [] }, 'invalid_value', 'input'],
    [{ input: ['a', ''] }, 'invalid_value', 'input[1]'],
    [{ input: [1.5] }, 'invalid_type', 'input[0]'],
    [{ input: 'word '.repeat(300) }, 'context_length_exceeded', 'input'],
    [{ input: 'a', encoding_format: 'hex' }, 'invalid_value', 'encoding_format'],
    [{ input: 'a', dimensions: 0 }, 'invalid_value', 'dimensions'],
    [{ input: 'a', dimensions: 5 }, 'invalid_value', 'dimensions'],
    [{ input: 'a', model: 'chatter' }, 'unsupported_model', 'model'],
  ])('%j', async (body, code, param) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', code, param } });
  });
});

test('texts are not embedded on the processor, where another may be asked instead', async () => {
  const onProcessor = createHandler(scriptedProvider(new ScriptedEngine({ info: { engine: 'wasm' } })));
  const body = JSON.stringify({ input: 'a' });
  const response = await onProcessor(new Request('https://app.example/v1/embeddings', { method: 'POST', body }));
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: { code: 'webgpu_unavailable' } });
});
