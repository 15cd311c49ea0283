import { expect, test } from 'vitest';
import { ScriptedEngine, scriptedProvider } from '../../test/fixtures/scripted-engine.ts';
import { createHandler } from './handler.ts';

// The browser's own Request, Response and streams: how a signal gets through them differs from Node's.
function start() {
  const engine = new ScriptedEngine({
    answer: Array.from({ length: 200 }, () => 'la '),
    beforeToken: () => new Promise(resolve => setTimeout(resolve, 1)),
  });
  const handler = createHandler(scriptedProvider(engine));
  const post = (signal: AbortSignal | null) => {
    const body = JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'Hi' }] });
    return handler(new Request('/v1/chat/completions', { method: 'POST', body, signal }));
  };
  return { engine, post };
}

test('a stream is answered, and cancelling its body stops the engine within one token', async () => {
  const { engine, post } = start();
  const reader = (await post(null)).body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toMatch(/^data: \{"id":"chatcmpl-/);
  const played = engine.tokensPlayed;
  await reader?.cancel();
  await expect.poll(() => engine.running).toBe(0);
  // The decoder between holds one chunk more.
  expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 2);
});

test('aborting the request stops the engine within one token, and errors the body', async () => {
  const { engine, post } = start();
  const controller = new AbortController();
  const reader = (await post(controller.signal)).body?.getReader();
  await reader?.read();
  const played = engine.tokensPlayed;
  controller.abort();
  await expect.poll(() => engine.running).toBe(0);
  expect(engine.tokensPlayed).toBeLessThanOrEqual(played + 1);
  await expect(reader?.read()).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
