import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ScriptedEmbedder, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

const engine = new ScriptedEmbedder({
  // Calls what it is offered, and otherwise speaks.
  answer: ({ grammar }) => {
    const call = ['<tool_', 'call>\n{"name": "f", ', '"arguments": {}}', '\n</tool_call>'];
    return grammar?.kind === 'structural-tag' ? call : ['Hello', ' there', '.'];
  },
});
const handler = createHandler(scriptedProvider(engine));

/** Requests that are answered: what the mutations start from. */
const GOOD: Record<string, object> = {
  '/v1/chat/completions': {
    ...{ model: 'scripted', stream: false, stream_options: { include_usage: true }, n: 2, max_tokens: 5, seed: 1 },
    ...{ temperature: 0.5, top_p: 0.9, top_k: 3, min_p: 0.1, stop: ['x'], logprobs: true, top_logprobs: 2 },
    ...{ frequency_penalty: 0, presence_penalty: 0, repetition_penalty: 1, logit_bias: { 5: 1 }, user: 'me' },
    ...{ metadata: { a: 'b' }, response_format: { type: 'text' }, timeout: 5 },
    ...{ parallel_tool_calls: false, reasoning_effort: 'low', reasoning_format: 'inline', chat_template_kwargs: {} },
    tools: [
      { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
      { type: 'function', function: { name: 'g' } },
    ],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'g' } }] },
    },
    messages: [
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }], name: 'me' },
      {
        ...{ role: 'assistant', content: 'Yes?', reasoning_content: 'Well…' },
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'tool', content: 'done', tool_call_id: 'c1' },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', content: null, name: 'f' },
      { role: 'user', content: 'Go on.' },
    ],
  },
  '/v1/completions': {
    ...{ model: 'scripted', prompt: ['Once', 'upon'], stream: true, n: 1, best_of: 1, max_tokens: 4, logprobs: 2 },
    ...{ echo: false, suffix: null, stop: 'x', temperature: 1, stream_options: { include_usage: true } },
  },
  '/v1/responses': {
    ...{ model: 'scripted', instructions: 'Be kind.', store: true, stream: true, max_output_tokens: 5, top_p: 0.9 },
    ...{ temperature: 0.5, top_logprobs: 1, include: [], text: { format: { type: 'text' } }, metadata: { a: 'b' } },
    ...{ truncation: 'disabled', background: false, previous_response_id: null, reasoning: { effort: 'low' } },
    tools: [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} }, strict: false }],
    tool_choice: { type: 'function', name: 'f' },
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes?' }] },
      { type: 'reasoning', id: 'rs_1', summary: [], content: [{ type: 'reasoning_text', text: 'Well…' }] },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
      { role: 'user', content: 'Go on.' },
    ],
  },
  '/v1/embeddings': { model: 'scripted', input: ['a', 'b c'], encoding_format: 'base64', dimensions: 2 },
};

const anyJson = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(null, true, -1, 0, 1.5, 1e308, -(2 ** 53), '', '\ud800', '</s>', '__proto__', [], {}, [[]]),
  fc.string({ unit: 'binary' }),
);

/** What takes the place of a value; `undefined` removes it. */
const change: fc.Arbitrary<(value: unknown) => unknown> = fc.oneof(
  anyJson.map(given => () => given),
  fc.constant(() => undefined),
  fc.constantFrom(1, 5, 200).map(depth => (value: unknown) => wrap(value, depth)),
  fc.tuple(fc.string(), anyJson).map(([key, given]) => (value: unknown) => {
    return typeof value === 'object' ? { ...value, [key]: given } : { [key]: value };
  }),
  fc.constant((value: unknown) => (Array.isArray(value) ? [...value, ...value] : [value, value])),
);

function wrap(value: unknown, depth: number): unknown {
  return depth === 0 ? value : [wrap(value, depth - 1)];
}

const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
/** Where it strikes: fractions pick a child at each level, so that every request has such a place. */
const mutation = fc.record({ path: fc.array(fraction, { minLength: 1, maxLength: 4 }), change });

function mutate(value: unknown, path: readonly number[], change: (value: unknown) => unknown): unknown {
  const [at, ...rest] = path;
  if (at === undefined || typeof value !== 'object' || value === null) return change(value);
  const entries = Object.entries(value);
  const struck = Math.floor(at * entries.length);
  const mutated = entries.map(([key, child], index) => [key, index === struck ? mutate(child, rest, change) : child]);
  return Array.isArray(value) ? mutated.map(([, child]) => child) : Object.fromEntries(mutated);
}

/** What is done to the text in the end: mostly nothing. */
const edit: fc.Arbitrary<(text: string) => string> = fc.oneof(
  { weight: 9, arbitrary: fc.constant((text: string) => text) },
  { weight: 1, arbitrary: fraction.map(at => (text: string) => text.slice(0, at * text.length)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fraction, fc.string()).map(([at, added]) => (text: string) => {
      return text.slice(0, at * text.length) + added + text.slice(at * text.length);
    }),
  },
);

const request = fc
  .record({
    path: fc.constantFrom(...Object.keys(GOOD)),
    mutations: fc.array(mutation, { minLength: 1, maxLength: 2 }),
    edit,
    accept: fc.constantFrom('application/json', 'text/event-stream', '*/*'),
  })
  .map(({ path, mutations, edit, accept }) => {
    const mutated = mutations.reduce<unknown>((body, { path, change }) => mutate(body, path, change), GOOD[path]);
    return { method: 'POST', path, accept, body: edit(JSON.stringify(mutated) ?? '') };
  });

const errorBody = z.strictObject({
  error: z.strictObject({ message: z.string(), type: z.string(), param: z.nullable(z.string()), code: z.string() }),
});

/** What any answer must be; the data of a stream's events, or the body. */
async function checkAnswer(response: Response): Promise<void> {
  expect(response.status).toBeLessThan(500);
  const text = await response.text();
  if (response.headers.get('Content-Type')?.startsWith('text/event-stream')) {
    const events = text.split('\n\n');
    expect(events.pop()).toBe('');
    const last = events.pop();
    if (last?.includes('"code":"timeout"')) return; // a mutated timeout may be very short
    if (last?.startsWith('event: ')) expect(last).toMatch(/^event: response\.(completed|incomplete)\n/);
    else expect(last).toBe('data: [DONE]');
    for (const event of events) expect(JSON.parse(event.replace(/^(event: .*\n)?data: /, ''))).toBeTypeOf('object');
    return;
  }
  const body: unknown = JSON.parse(text);
  if (response.ok) expect(body).toHaveProperty('object');
  else errorBody.parse(body);
}

const send = ({ method, path, accept, body }: { method: string; path: string; accept: string; body: string }) => {
  const init = { method, headers: { Accept: accept }, ...(method === 'POST' && { body }) };
  return handler(new Request(`https://app.example${path}`, init));
};

test.each(Object.entries(GOOD))('%s as it is is answered', async (path, body) => {
  const response = await send({ method: 'POST', path, accept: '*/*', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  await checkAnswer(response);
});

test('2,000 mutated requests are answered or refused, and a plain one after them is answered', async () => {
  const statuses = new Map<number, number>();
  await fc.assert(
    fc.asyncProperty(request, async mutated => {
      const response = await send(mutated);
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      await checkAnswer(response);
      expect(engine.running).toBe(0);
    }),
    { numRuns: 2000, timeout: 5000 },
  );
  // Both happen, or the mutations are too tame or too wild to tell anything.
  expect(statuses.get(200)).toBeGreaterThan(100);
  expect(statuses.get(400)).toBeGreaterThan(100);
  const plain = { messages: [{ role: 'user', content: 'Hi' }] };
  const last = await send({ method: 'POST', path: '/v1/chat/completions', accept: '*/*', body: JSON.stringify(plain) });
  expect(await last.json()).toMatchObject({ choices: [{ message: { content: 'Hello there.' } }] });
}, 60_000);

test('any method on any path is answered', async () => {
  const method = fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH');
  const segment = fc.oneof(
    fc.constantFrom('v1', 'models', 'chat', 'completions', 'scripted', '%', '..'),
    fc.webSegment(),
  );
  const path = fc.array(segment, { maxLength: 4 }).map(segments => `/v1/${segments.join('/')}`);
  const accept = fc.constant('*/*');
  await fc.assert(
    fc.asyncProperty(fc.record({ method, path, accept, body: fc.string() }), async any => checkAnswer(await send(any))),
    { numRuns: 300, timeout: 5000 },
  );
});
