import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkMlcSettings,
  describeMlcModel,
  fetchFiles,
  type MlcFiles,
  passThrough,
  withContext,
} from './mlc-files.ts';

const chatConfig = {
  model_type: 'qwen2',
  ...{ vocab_size: 151_936, context_window_size: 32_768, temperature: 0.7, top_p: 0.8 },
  conv_template: { stop_token_ids: [151_643, 151_645], system_template: '<|im_start|>system{system_message}' },
};
const tokenizerConfig = {
  chat_template: '{{ messages[0].content }}',
  bos_token: null,
  eos_token: { content: '<|im_end|>' },
  added_tokens_decoder: {
    151645: { content: '<|im_end|>', special: true },
    151657: { content: '<tool_call>', special: false },
  },
};
const record = {
  model: 'https://huggingface.co/mlc-ai/Some-MLC',
  model_id: 'Some-MLC',
  model_lib: 'https://x/some.wasm',
};
const files: MlcFiles = { chatConfig, tokenizerConfig };

describe('what is known of a model', () => {
  test('comes from its files', () => {
    expect(describeMlcModel(record, files)).toEqual({
      id: 'mlc:Some-MLC',
      engine: 'mlc',
      architecture: 'qwen2',
      contextLength: 32_768,
      vocabularySize: 151_936,
      capabilities: { chat: true, completion: true, embedding: false },
      chatTemplate: '{{ messages[0].content }}',
      bosToken: '',
      eosToken: '<|im_end|>',
      controlTokens: ['<|im_end|>'],
      defaultSampling: { temperature: 0.7, topP: 0.8 },
      fingerprint: expect.stringMatching(/^ingle-mlc-[0-9a-f]{8}$/),
    });
  });

  test('is what its record says, where that differs', () => {
    const overrides = { context_window_size: 4096 };
    expect(describeMlcModel({ ...record, overrides }, files).contextLength).toBe(4096);
  });

  test('counts the window that slides as its context, where there is no other', () => {
    const overrides = { context_window_size: -1, sliding_window_size: 1024 };
    expect(describeMlcModel({ ...record, overrides }, files).contextLength).toBe(1024);
  });

  test('has the template that is called default, of several', () => {
    const several = [
      { name: 'tool_use', template: 'tools' },
      { name: 'default', template: 'plain' },
    ];
    const info = describeMlcModel(record, { chatConfig, tokenizerConfig: { chat_template: several } });
    expect(info).toMatchObject({ chatTemplate: 'plain', controlTokens: [], eosToken: '' });
  });

  test('its template adds nothing to the prompt, and its own tokens end answers', () => {
    expect(passThrough(chatConfig)).toMatchObject({
      ...{ system_message: '', seps: [''], role_content_sep: '', role_empty_sep: '', stop_str: [] },
      roles: { user: '', assistant: '' },
      stop_token_ids: [151_643, 151_645],
    });
  });
});

describe('the context', () => {
  const sliding: MlcFiles = {
    ...files,
    chatConfig: { ...chatConfig, context_window_size: -1, sliding_window_size: 4096 },
  };
  const overrides = { context_window_size: 4096 };
  test.each([
    { name: 'is that of the record', expected: 4096 },
    { name: 'is what is asked for', asked: 16_384, preferred: 100, expected: 16_384 },
    { name: 'is what is preferred', preferred: 8192, expected: 8192 },
    { name: 'is as much of it as the model was trained for', preferred: 1e6, expected: 32_768 },
    { name: 'takes the place of a window that slides', of: sliding, asked: 2048, expected: 2048 },
  ])('$name', ({ of = files, asked, preferred, expected }) => {
    const set = withContext({ ...record, overrides }, of, { contextLength: asked }, { contextLength: preferred });
    expect(describeMlcModel(set, of).contextLength).toBe(expected);
    // web-llm refuses a model with two windows.
    const { context_window_size: fixed = 0, sliding_window_size: moving = -1 } = { ...set.overrides };
    expect([fixed > 0, moving > 0]).toEqual([true, false]);
  });

  test('is refused beyond the training, and so is a type of cache', () => {
    const refused = (param: string) => expect.objectContaining({ status: 400, param });
    expect(() => withContext(record, files, { contextLength: 32_769 }, {})).toThrow(refused('contextLength'));
    expect(() => checkMlcSettings({ cacheType: 'f32' })).toThrow(refused('cacheType'));
  });
});

function* endless() {
  for (;;) yield ' '.repeat(2 ** 20);
}

describe('its files', () => {
  let server: Server;
  let origin: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url?.includes('/endless/')) return Readable.from(endless()).pipe(response);
      if (request.url?.includes('/nonsense/')) return response.end('{');
      const found = /^\/(?:repo\/resolve\/main|repo\/resolve\/other)\/(.*)$/.exec(request.url ?? '')?.[1];
      if (found === 'mlc-chat-config.json') return response.end(JSON.stringify(chatConfig));
      if (found === 'tokenizer_config.json') return response.end(JSON.stringify(tokenizerConfig));
      response.writeHead(404).end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise(resolve => server.close(resolve)));
  const fetched = (path: string) => {
    return fetchFiles({ ...record, model: `${origin}${path}` }, new AbortController().signal);
  };

  test.each(['/repo', '/repo/', '/repo/resolve/main', '/repo/resolve/other/'])('are found at %s', async path => {
    expect(await fetched(path)).toEqual(files);
  });

  test.each([
    ['/nowhere', 'model_not_found', /mlc-chat-config\.json answered 404|tokenizer_config\.json answered 404/],
    ['/nonsense/', 'model_download_failed', /is not JSON/],
    ['/endless/', 'model_download_failed', /has more than 16777216 characters/],
  ])('are missed at %s', async (path, code, message) => {
    await expect(fetched(path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });
});
