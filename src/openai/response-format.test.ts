import { expect, test } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

const schema = { type: 'object', properties: {} };

test.each([
  [{ type: 'text' }, undefined],
  [null, undefined],
  [{ type: 'json_object' }, { kind: 'json', param: 'response_format' }],
  [
    { type: 'json_schema', json_schema: { name: 'x', schema } },
    { kind: 'json-schema', schema, strict: true, param: 'response_format.json_schema.schema' },
  ],
  [
    { type: 'json_schema', json_schema: { name: 'x', schema, strict: false } },
    { kind: 'json-schema', schema, strict: false, param: 'response_format.json_schema.schema' },
  ],
  [
    { type: 'grammar', grammar: 'root ::= "a"' },
    { kind: 'ebnf', source: 'root ::= "a"', param: 'response_format.grammar' },
  ],
  [
    { type: 'regex', regex: 'a|b' },
    { kind: 'regex', pattern: 'a|b', param: 'response_format.regex' },
  ],
])('%j reaches the engine', async (response_format, grammar) => {
  const engine = new ScriptedEngine();
  const body = JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], response_format });
  const handler = createHandler(scriptedProvider(engine));
  const response = await handler(new Request('https://app.example/v1/chat/completions', { method: 'POST', body }));
  expect(response.status).toBe(200);
  expect(engine.requests.at(-1)?.grammar).toEqual(grammar);
});
