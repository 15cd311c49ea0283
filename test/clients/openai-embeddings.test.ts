import OpenAI, { BadRequestError } from 'openai';
import { expect, test } from 'vitest';
import { start } from './start.ts';

const client = new OpenAI({ apiKey: 'any', fetch: start().fetch });

test('a batch of texts', async () => {
  // The package asks for base64 unless told otherwise, and decodes it.
  const { data, usage } = await client.embeddings.create({ model: 'scripted', input: ['one', 'two words'] });
  expect(data.map(({ index }) => index)).toEqual([0, 1]);
  for (const { embedding } of data) expect(Math.hypot(...embedding)).toBeCloseTo(1);
  expect(usage.total_tokens).toBe(3);
});

test('the same as plain numbers', async () => {
  const ask = { model: 'scripted', input: 'two words' };
  const [packed] = (await client.embeddings.create(ask)).data;
  const [plain] = (await client.embeddings.create({ ...ask, encoding_format: 'float' })).data;
  expect(Array.from(packed?.embedding ?? [])).toEqual(plain?.embedding);
});

test('fewer dimensions, and more than there are', async () => {
  const ask = { model: 'scripted', input: 'one' };
  expect((await client.embeddings.create({ ...ask, dimensions: 2 })).data[0]?.embedding).toHaveLength(2);
  await expect(client.embeddings.create({ ...ask, dimensions: 9 })).rejects.toBeInstanceOf(BadRequestError);
});
