import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClientPage, openClientPage } from './client-page.ts';

/**
 * Formats and tools with the clients in a page, on Ember: a grammar holds it to them, whatever it would rather say. All
 * requests with tools offer the same, one after the other, so that a software adapter reads them once.
 */

const city = { type: 'object', properties: { city: { enum: ['Oslo', 'Rome'] } }, required: ['city'] };
const light = { type: 'object', properties: { on: { type: 'boolean' } }, required: ['on'] };
const TOOLS = [
  { type: 'function' as const, function: { name: 'get_weather', parameters: city } },
  { type: 'function' as const, function: { name: 'set_light', parameters: light } },
];
/** What the arguments of each must be. */
const INPUTS: Record<string, object> = {
  get_weather: { city: expect.stringMatching(/^(Oslo|Rome)$/) },
  set_light: { on: expect.any(Boolean) },
};
/** The tools' text takes a software adapter a while that is shared with others. */
const timeout = 180_000;

let client: ClientPage;
let page: Page;

beforeAll(async () => {
  client = await openClientPage();
  ({ page } = client);
});
afterAll(() => client.close());

describe('a format', () => {
  test('is what the OpenAI client parses by zod', { timeout }, async () => {
    const { parsed, finish } = await page.evaluate(async () => {
      const { z, openai, openaiZod } = window;
      const weather = z.object({ city: z.enum(['Oslo', 'Rome']), sky: z.enum(['sun', 'rain']), windy: z.boolean() });
      const { choices } = await openai.chat.completions.parse({
        model: 'ember',
        messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
        response_format: openaiZod.zodResponseFormat(weather, 'weather'),
        temperature: 0,
      });
      return { parsed: choices[0]?.message.parsed, finish: choices[0]?.finish_reason };
    });
    const sky = expect.stringMatching(/^(sun|rain)$/);
    expect(parsed).toEqual({ ...INPUTS.get_weather, sky, windy: expect.any(Boolean) });
    expect(finish).toBe('stop');
  });

  test('is what Vercel’s ai generates an object by', { timeout }, async () => {
    const object = await page.evaluate(async city => {
      const { ai } = window;
      const request = { model: ai.ingle('ember'), prompt: 'What is the weather in Oslo?', temperature: 0 };
      return (await ai.generateObject({ ...request, schema: ai.jsonSchema(city) })).object;
    }, city);
    expect(object).toEqual(INPUTS.get_weather);
  });

  test('is what LangChain has structured output by', { timeout }, async () => {
    const object = await page.evaluate(() => {
      const schema = window.z.object({ city: window.z.enum(['Oslo', 'Rome']) });
      const chat = window.chatOpenAI('ember', 60).withStructuredOutput(schema, { name: 'place', method: 'jsonSchema' });
      return chat.invoke('What is the weather in Oslo?');
    });
    expect(object).toEqual(INPUTS.get_weather);
  });
});

describe('the OpenAI client', () => {
  test('gets a call that it demands, where the prompt asks for none', { timeout }, async () => {
    const choice = await page.evaluate(async tools => {
      const { choices } = await window.openai.chat.completions.create({
        model: 'ember',
        messages: [{ role: 'user', content: 'Tell me a story about a fox.' }],
        tools,
        tool_choice: 'required',
        parallel_tool_calls: false,
        temperature: 0,
      });
      return choices[0];
    }, TOOLS);
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.content).toBeNull();
    expect(choice?.message.tool_calls).toHaveLength(1);
    const [call] = choice?.message.tool_calls ?? [];
    if (call?.type !== 'function') throw new Error('no call of a function');
    expect(JSON.parse(call.function.arguments)).toEqual(INPUTS[call.function.name]);
  });

  test('streams a call as it is written', { timeout }, async () => {
    const { deltas, message, finish } = await page.evaluate(async tools => {
      const stream = window.openai.chat.completions.stream({
        model: 'ember',
        messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
        tools,
        tool_choice: { type: 'function', function: { name: 'get_weather' } },
        temperature: 0,
      });
      const deltas: string[] = [];
      stream.on('tool_calls.function.arguments.delta', ({ arguments_delta }) => deltas.push(arguments_delta));
      const choice = (await stream.finalChatCompletion()).choices[0];
      return { deltas, message: choice?.message, finish: choice?.finish_reason };
    }, TOOLS);
    expect(deltas.length).toBeGreaterThan(1);
    expect(message?.content).toBeNull();
    const call = message?.tool_calls?.[0]?.function;
    expect(call?.name).toBe('get_weather');
    expect(deltas.join('')).toBe(call?.arguments);
    expect(JSON.parse(call?.arguments ?? '')).toEqual(INPUTS.get_weather);
    expect(finish).toBe('tool_calls');
  });

  test('runs two tools over several rounds', { timeout }, async () => {
    const { roles, called } = await page.evaluate(async tools => {
      const called: [string, unknown][] = [];
      const runner = window.openai.chat.completions.runTools(
        {
          model: 'ember',
          messages: [{ role: 'user', content: 'What is the weather in Oslo?' }],
          tools: tools.map(({ type, function: { name, parameters } }) => {
            const note = (input: object) => {
              called.push([name, input]);
              return 'done';
            };
            return { type, function: { name, parameters, description: '', parse: JSON.parse, function: note } };
          }),
          tool_choice: 'required', // in every round, so that they go on for as many as may be
          parallel_tool_calls: false,
          temperature: 0,
        },
        { maxChatCompletions: 3 },
      );
      await runner.done();
      return { roles: runner.messages.map(({ role }) => role), called };
    }, TOOLS);
    expect(roles).toEqual(['user', ...Array.from({ length: 3 }, () => ['assistant', 'tool']).flat()]);
    expect(called).toHaveLength(3);
    for (const [name, input] of called) expect(input).toEqual(INPUTS[name]);
  });

  test('gets a response with a call in it, and answers the call', { timeout }, async () => {
    const { types, json, text, items } = await page.evaluate(async tools => {
      const request = {
        ...{ model: 'ember', temperature: 0 },
        tools: tools.map(tool => ({ type: tool.type, ...tool.function, strict: false })),
      };
      const stream = window.openai.responses.stream({
        ...request,
        input: 'What is the weather in Oslo?',
        tool_choice: { type: 'function', name: 'get_weather' },
      });
      const types: string[] = [];
      for await (const event of stream) types.push(event.type);
      const first = await stream.finalResponse();
      const call = first.output.find(item => item.type === 'function_call');
      const second = await window.openai.responses.create({
        ...request,
        previous_response_id: first.id,
        input: [{ type: 'function_call_output', call_id: call?.call_id ?? '', output: 'rain' }],
        max_output_tokens: 10,
      });
      const items = (await window.openai.responses.inputItems.list(second.id)).data.map(({ type }) => type);
      return { types, json: call?.arguments, text: second.output_text, items };
    }, TOOLS);
    expect(types).toContain('response.function_call_arguments.delta');
    expect(types.at(-1)).toBe('response.completed');
    expect(JSON.parse(json ?? '')).toEqual(INPUTS.get_weather);
    expect(text).not.toBe('');
    expect(items).toEqual(['function_call_output', 'function_call', 'message']);
  });

  test('is told which keyword of a tool’s schema cannot be held to', { timeout }, async () => {
    const error = await page.evaluate(async () => {
      const parameters = { type: 'object', properties: { cities: { uniqueItems: true } } };
      const thrown = await window.openai.chat.completions
        .create({
          model: 'ember',
          messages: [{ role: 'user', content: 'Hi' }],
          tools: [{ type: 'function', function: { name: 'f', parameters, strict: true } }],
        })
        .catch(error => error);
      return { status: thrown.status, code: thrown.code, param: thrown.param };
    });
    const param = 'tools[0].function.parameters.properties.cities.uniqueItems';
    expect(error).toEqual({ status: 400, code: 'invalid_json_schema', param });
  });
});

test('Vercel’s ai calls a tool', { timeout }, async () => {
  const results = await page.evaluate(async tools => {
    const { ai } = window;
    const [weather, light] = tools.map(tool => ai.jsonSchema<object>(tool.function.parameters));
    if (!weather || !light) throw new Error('no tools');
    const { toolResults } = await ai.generateText({
      ...{ model: ai.ingle('ember'), prompt: 'What is the weather in Oslo?', temperature: 0 },
      tools: {
        get_weather: ai.tool({ inputSchema: weather, execute: async input => input }),
        set_light: ai.tool({ inputSchema: light, execute: async input => input }),
      },
      toolChoice: { type: 'tool', toolName: 'get_weather' },
    });
    return toolResults.map(({ output }) => output);
  }, TOOLS);
  expect(results).toEqual([INPUTS.get_weather]);
});

test('LangChain binds tools', { timeout }, async () => {
  const calls = await page.evaluate(async tools => {
    const bound = window.chatOpenAI('ember', 60).bindTools(tools, { tool_choice: 'get_weather' });
    return (await bound.invoke('What is the weather in Oslo?')).tool_calls;
  }, TOOLS);
  expect(calls).toMatchObject([{ name: 'get_weather', args: INPUTS.get_weather }]);
});
