import { expose, wrap } from 'comlink';
import { describe, expect, test } from 'vitest';
import { EnvironmentError, IngleError, isAbort, RequestError } from '../errors.ts';
import { answering, type Fetch, type PlainFetch, throughPort } from './http-port.ts';

/** A `fetch` whose requests cross a real MessageChannel to `handler`. */
function across(handler: Fetch): { fetch: Fetch; lose: (reason: Error) => void } {
  const { port1, port2 } = new MessageChannel();
  expose(answering(handler), port1);
  const gone = new AbortController();
  return {
    fetch: throughPort(wrap<PlainFetch>(port2), gone.signal),
    lose: reason => {
      port1.close();
      gone.abort(reason);
    },
  };
}

const URL_ = 'http://localhost/v1/x';

/** A body that counts the pieces asked of it, and tells when it is cancelled. */
function countingBody(pieces = Number.POSITIVE_INFINITY) {
  const seen = { pulled: 0, cancelled: false };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (seen.pulled >= pieces) return controller.close();
        controller.enqueue(new TextEncoder().encode(`${seen.pulled++};`));
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

/** Long enough for whatever might wrongly go on to be seen. */
const aWhile = () => new Promise(resolve => setTimeout(resolve, 30));

describe('a request over a port', () => {
  test('arrives whole', async () => {
    const { fetch } = across(async request => {
      const { method, url } = request;
      return Response.json({ method, url, type: request.headers.get('content-type'), body: await request.json() });
    });
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"ä":1}' };
    const response = await fetch(new Request(`${URL_}?q=1`, init));
    expect(await response.json()).toEqual({
      method: 'POST',
      url: `${URL_}?q=1`,
      type: 'application/json',
      body: { ä: 1 },
    });
  });

  test('brings back status, headers and an absent body', async () => {
    const { fetch } = across(async () => new Response(null, { status: 204, headers: { 'x-a': 'b' } }));
    const response = await fetch(new Request(URL_));
    expect([response.status, response.headers.get('x-a'), response.body]).toEqual([204, 'b', null]);
  });

  test('brings back what the handler throws', async () => {
    const { fetch } = across(async () => {
      throw new RequestError('no such voice', 'unknown_voice', 'voice');
    });
    const error = await fetch(new Request(URL_)).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IngleError);
    expect(error).toMatchObject({ message: 'no such voice', code: 'unknown_voice', status: 400, param: 'voice' });
  });

  test('aborts on the other side while it has no answer', async () => {
    let seen: AbortSignal | undefined;
    const { fetch } = across(request => {
      seen = request.signal;
      return new Promise(() => {});
    });
    const controller = new AbortController();
    const answer = fetch(new Request(URL_, { signal: controller.signal }));
    await aWhile();
    controller.abort();
    await expect(answer).rejects.toSatisfy(isAbort);
    await expect.poll(() => seen?.reason).toSatisfy(isAbort);
  });

  test('is not sent when it is aborted already', async () => {
    let calls = 0;
    const { fetch } = across(async () => new Response(String(++calls)));
    await expect(fetch(new Request(URL_, { signal: AbortSignal.abort() }))).rejects.toSatisfy(isAbort);
    await aWhile();
    expect(calls).toBe(0);
  });
});

describe("an answer's body over a port", () => {
  test('arrives piece by piece, in order, to its end', async () => {
    const { body } = countingBody(100);
    const { fetch } = across(async () => new Response(body));
    const text = await (await fetch(new Request(URL_))).text();
    expect(text).toBe(Array.from({ length: 100 }, (_, i) => `${i};`).join(''));
  });

  test('is made only as it is read', async () => {
    const { body, seen } = countingBody();
    const { fetch } = across(async () => new Response(body));
    const response = await fetch(new Request(URL_));
    await aWhile();
    expect(seen.pulled).toBe(0);
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.read();
    await aWhile();
    expect(seen.pulled).toBe(2);
    await reader?.cancel();
  });

  test('is cancelled on the other side when the reader cancels it', async () => {
    const { body, seen } = countingBody();
    const { fetch } = across(async () => new Response(body));
    const reader = (await fetch(new Request(URL_))).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await expect.poll(() => seen.cancelled).toBe(true);
    expect(seen.pulled).toBe(1);
  });

  test('is cancelled on the other side when the request is aborted', async () => {
    const { body, seen } = countingBody();
    const { fetch } = across(async () => new Response(body));
    const controller = new AbortController();
    const reader = (await fetch(new Request(URL_, { signal: controller.signal }))).body?.getReader();
    await reader?.read();
    controller.abort();
    await expect(reader?.read()).rejects.toSatisfy(isAbort);
    await expect.poll(() => seen.cancelled).toBe(true);
  });

  test('brings an error in its middle', async () => {
    let pulls = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array([1]));
        else controller.error(new EnvironmentError('gone', 'device_lost'));
      },
    });
    const { fetch } = across(async () => new Response(body));
    const reader = (await fetch(new Request(URL_))).body?.getReader();
    expect(await reader?.read()).toMatchObject({ value: new Uint8Array([1]) });
    await expect(reader?.read()).rejects.toMatchObject({ code: 'device_lost', status: 503 });
  });
});

describe('when the other side is gone', () => {
  const reason = new EnvironmentError('the tab was closed', 'engine_unavailable');

  test('a request fails with the reason given', async () => {
    const { fetch, lose } = across(() => new Promise(() => {}));
    const answer = fetch(new Request(URL_));
    await aWhile();
    lose(reason);
    await expect(answer).rejects.toBe(reason);
    await expect(fetch(new Request(URL_))).rejects.toBe(reason);
  });

  test('a body that is being read fails with the reason given', async () => {
    const { fetch, lose } = across(async () => new Response(new ReadableStream({ pull: () => new Promise(() => {}) })));
    const reading = (await fetch(new Request(URL_))).text();
    await aWhile();
    lose(reason);
    await expect(reading).rejects.toBe(reason);
  });
});
