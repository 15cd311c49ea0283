import { clear, createStore } from 'idb-keyval';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from '../openai/handler.ts';
import { deviceStore } from './response-store.ts';

function start(name: string, limit?: number) {
  const handler = createHandler(scriptedProvider(new ScriptedEngine()), { responses: deviceStore(name, limit) });
  const send = (method: string, path: string, body?: object) => {
    const init = { method, ...(body && { body: JSON.stringify({ input: 'Hi', ...body }) }) };
    return handler(new Request(`/v1/responses${path}`, init));
  };
  const create = async (body = {}) => (await send('POST', '', body)).json();
  return { send, create };
}

function newName(): string {
  const name = `test-${crypto.randomUUID()}`;
  onTestFinished(() => clear(createStore(name, 'responses')));
  return name;
}

test('a response outlives the worker that made it, and is continued by the next', async () => {
  const name = newName();
  const { id } = await start(name).create();
  const later = start(name);
  expect(await (await later.send('GET', `/${id}`)).json()).toMatchObject({ id, status: 'completed' });
  expect(await later.create({ previous_response_id: id })).toMatchObject({ previous_response_id: id });
  expect((await later.send('DELETE', `/${id}`)).status).toBe(200);
  expect((await start(name).send('GET', `/${id}`)).status).toBe(404);
  expect((await later.send('DELETE', `/${id}`)).status).toBe(404);
});

test('the oldest make room', async () => {
  const { send, create } = start(newName(), 2);
  const ids: string[] = [];
  for (let time = 0; time < 4; time++) {
    ids.push((await create()).id);
    await new Promise(resolve => setTimeout(resolve, 2));
  }
  const statuses = await Promise.all(ids.map(async id => (await send('GET', `/${id}`)).status));
  expect(statuses).toEqual([404, 404, 200, 200]);
});

test('without storage they are kept in memory', async () => {
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('Not in this window.', 'SecurityError');
    },
  });
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  const { send, create } = start('nowhere');
  const { id } = await create();
  expect((await send('GET', `/${id}`)).status).toBe(200);
});
