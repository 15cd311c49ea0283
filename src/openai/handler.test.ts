import { describe, expect, test } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import type { EngineProvider } from '../engine/engine.ts';
import { EnvironmentError, ModelError } from '../errors.ts';
import { createHandler } from './handler.ts';

const ids = ['scripted', 'hf:owner/repo/model-Q8_0.gguf', 'https://example.org/a%20b/model.gguf'];
const provider = scriptedProvider(
  new ScriptedEngine(),
  ...ids.slice(1).map(id => new ScriptedEngine({ info: { id } })),
);

function send(method: string, path: string, init: RequestInit = {}, options = {}) {
  return createHandler(provider, options)(new Request(`https://app.example${path}`, { method, ...init }));
}

describe('GET /v1/models', () => {
  test('lists what the provider has, the default first', async () => {
    const response = await send('GET', '/v1/models');
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toBe('application/json');
    const list = await response.json();
    expect(list).toEqual({ object: 'list', data: ids.map(id => expect.objectContaining({ id })) });
    expect(list.data[0]).toEqual({
      id: 'scripted',
      object: 'model',
      created: 1_700_000_000,
      owned_by: 'tests',
      loaded: true,
      context_length: 256,
      capabilities: {
        ...{ chat: true, completion: true, embedding: false },
        ...{ tools: true, structured_outputs: true, vision: false },
      },
      size: 1234,
    });
  });

  test.each(ids)('%s is found by its id, percent-encoded or not', async id => {
    for (const path of [encodeURIComponent(id), id]) {
      const response = await send('GET', `/v1/models/${path}`);
      expect(await response.json()).toMatchObject({ id, object: 'model' });
    }
  });

  test.each(['nowhere', '%', 'hf%3Ax%2Fy'])('/%s is not found', async path => {
    const response = await send('GET', `/v1/models/${path}`);
    expect(response.status).toBe(404);
    const message = `The model '${path === '%' ? path : decodeURIComponent(path)}' does not exist.`;
    expect(await response.json()).toEqual({
      error: { message, type: 'invalid_request_error', param: 'model', code: 'model_not_found' },
    });
  });
});

describe('other paths and methods', () => {
  test.each(['/', '/v1', '/v1/nothing', '/v1/chat', '/chat/completions'])('%s is not found', async path => {
    const response = await send('GET', path);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        message: `There is no GET ${path} here.`,
        type: 'invalid_request_error',
        param: null,
        code: 'unknown_url',
      },
    });
  });

  test.each([
    ['GET', '/v1/chat/completions', 'POST, OPTIONS'],
    ['HEAD', '/v1/chat/completions', 'POST, OPTIONS'],
    ['POST', '/v1/models', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/v1/models/hf:a/b', 'GET, HEAD, OPTIONS'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const response = await send(method, path);
    expect(response.status).toBe(405);
    expect(response.headers.get('Allow')).toBe(allow);
    const body = method === 'HEAD' ? '' : expect.stringContaining('"code":"method_not_allowed"');
    expect(await response.text()).toEqual(body);
  });

  test('OPTIONS tells the methods, without a key', async () => {
    const response = await send('OPTIONS', '/v1/models', {}, { apiKey: 'secret' });
    expect(response.status).toBe(204);
    expect(response.headers.get('Allow')).toBe('GET, HEAD, OPTIONS');
    expect((await send('OPTIONS', '/v1/nothing')).status).toBe(404);
  });

  test('HEAD is GET without the body', async () => {
    const response = await send('HEAD', '/v1/models');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  test('a slash at the end changes nothing', async () => {
    expect((await send('GET', '/v1/models/')).status).toBe(200);
  });
});

describe('with an apiKey', () => {
  test.each([
    ['no key', undefined],
    ['a wrong key', 'Bearer wrong'],
    ['another scheme', 'Basic secret'],
    ['no scheme', 'secret'],
  ])('%s gets 401 on every path', async (_, authorization) => {
    const init = authorization === undefined ? {} : { headers: { Authorization: authorization } };
    for (const path of ['/v1/models', '/v1/nothing']) {
      const response = await send('GET', path, init, { apiKey: 'secret' });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        error: {
          message: expect.stringContaining('API key'),
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      });
    }
  });

  test('the right key passes', async () => {
    const init = { headers: { Authorization: 'Bearer secret' } };
    expect((await send('GET', '/v1/models', init, { apiKey: 'secret' })).status).toBe(200);
  });

  test('without one, any key passes', async () => {
    expect((await send('GET', '/v1/models', { headers: { Authorization: 'Bearer whatever' } })).status).toBe(200);
  });
});

describe('what the provider throws', () => {
  const failing = (error: unknown): EngineProvider => ({ ...provider, list: () => Promise.reject(error) });

  test.each([
    [new ModelError('Not GGUF.', 'invalid_gguf'), 422, 'invalid_request_error', 'invalid_gguf', null],
    [new ModelError('Too large.', 'model_too_large'), 507, 'server_error', 'model_too_large', 'false'],
    [new EnvironmentError('Lost.', 'device_lost'), 503, 'server_error', 'device_lost', null],
    [new Error('A bug.'), 500, 'server_error', 'internal_error', 'false'],
  ])('%s', async (error, status, type, code, retry) => {
    const response = await createHandler(failing(error))(new Request('https://app.example/v1/models'));
    expect(response.status).toBe(status);
    expect(response.headers.get('X-Should-Retry')).toBe(retry);
    expect(await response.json()).toMatchObject({ error: { message: error.message, type, code } });
  });
});
