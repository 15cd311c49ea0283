import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openUrl } from './http-source.ts';

const BODY = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
const IMPATIENT = { readingRetries: 2, firstDelayMs: 5, stallMs: 200 };

type Answer = (request: IncomingMessage, response: ServerResponse, range: Range) => void;
type Range = { start: number; end: number };

let server: Server;
let url: string;
/** The `Range` header of each request, in order. */
let asked: string[];
/** Answers to the next requests; after them, {@link part}. */
let answers: Answer[];

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    const header = request.headers.range ?? '';
    asked.push(header);
    const [start = 0, last = BODY.length - 1] = header.replace('bytes=', '').split('-').map(Number);
    const answer = answers.shift() ?? part;
    answer(request, response, { start, end: last + 1 });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/model.gguf`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

/** What a good server sends. */
const part: Answer = (_request, response, { start, end }) => {
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${BODY.length}`, ETag: '"one"' });
  response.end(BODY.subarray(start, end));
};
const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end('no');
  };
const contentRange =
  (header: (range: Range) => string | undefined): Answer =>
  (_request, response, range) => {
    const value = header(range);
    response.writeHead(206, { ETag: '"one"', ...(value === undefined ? {} : { 'Content-Range': value }) });
    response.end(BODY.subarray(range.start, range.end));
  };
/** Breaks the connection after some bytes. */
const cut =
  (after: number): Answer =>
  (_request, response, { start, end }) => {
    response.writeHead(206, {
      'Content-Range': `bytes ${start}-${end - 1}/${BODY.length}`,
      'Content-Length': end - start,
      ETag: '"one"',
    });
    response.write(BODY.subarray(start, start + after), () => response.destroy());
  };
/** Ends the body early as if nothing were wrong. */
const short =
  (bytes: number): Answer =>
  (_request, response, { start, end }) => {
    response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${BODY.length}`, ETag: '"one"' });
    response.end(BODY.subarray(start, start + bytes));
  };
const silence: Answer = () => {};

const open = () => openUrl(url, { patience: IMPATIENT });

describe('opening', () => {
  it('learns size and version from the first bytes', async () => {
    expect(await open()).toMatchObject({ name: url, size: BODY.length, version: '"one"' });
    expect(asked).toEqual(['bytes=0-3']);
  });

  it('opens a file that is shorter than what it asks for', async () => {
    answers = [(_request, response) => response.writeHead(206, { 'Content-Range': 'bytes 0-1/2' }).end('GG')];
    expect(await open()).toMatchObject({ size: 2, version: undefined });
  });

  it('takes the date of the last change where there is no ETag', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    answers = [
      (_request, response) => {
        response.writeHead(206, { 'Content-Range': 'bytes 0-3/5', 'Last-Modified': date }).end('GGUF');
      },
    ];
    expect(await open()).toMatchObject({ size: 5, version: date });
  });

  it('refuses a server without ranges, and drops the file it sends', async () => {
    const dropped = new Promise<void>(resolve => {
      answers = [
        (_request, response) => {
          response.on('close', resolve);
          response.writeHead(200, { 'Accept-Ranges': 'bytes', 'Content-Length': 1e12 });
          response.write('GGUF');
        },
      ];
    });
    await expect(open()).rejects.toMatchObject({ code: 'ranges_unsupported', status: 502 });
    await dropped;
    expect(asked).toHaveLength(1);
  });

  it.each([
    [404, 'model_not_found'],
    [410, 'model_not_found'],
    [401, 'model_download_failed'],
    [403, 'model_download_failed'],
    [400, 'model_download_failed'],
    [416, 'invalid_gguf'],
  ])('gives up at once on %i', async (code, expected) => {
    answers = [status(code)];
    await expect(open()).rejects.toMatchObject({ code: expected, message: expect.stringContaining(`${code}`) });
    expect(asked).toHaveLength(1);
  });

  it.each([408, 429, 500, 503])('tries again after %i', async code => {
    answers = [status(code), status(code)];
    expect(await open()).toMatchObject({ size: BODY.length });
    expect(asked).toHaveLength(3);
  });

  it('reports a failure that stays', async () => {
    answers = [status(503), status(503), status(503)];
    await expect(open()).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining('503'),
    });
  });

  it('waits as long as the server asks, within reason', async () => {
    answers = [status(429, { 'Retry-After': '1' })];
    const start = performance.now();
    await open();
    expect(performance.now() - start).toBeGreaterThan(950);

    answers = [status(429, { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() })];
    await expect(open()).rejects.toMatchObject({ code: 'model_download_failed' });
  });

  it('reports a server that is not there', async () => {
    const gone = url;
    await new Promise(resolve => server.close(resolve));
    await expect(openUrl(gone, { patience: IMPATIENT })).rejects.toMatchObject({ code: 'model_download_failed' });
    server.listen(0);
  });

  it.each([
    ['none', () => undefined],
    ['one that is not to be read', () => 'kilobytes 0-1'],
    ['one without the size', () => 'bytes 0-3/*'],
    ['another range', () => 'bytes 1-3/100000'],
    ['a longer range', () => 'bytes 0-99999/100000'],
    ['a range beyond the end', () => 'bytes 0-3/3'],
  ])('refuses a part with a wrong Content-Range: %s', async (_case, header) => {
    answers = [contentRange(header)];
    await expect(open()).rejects.toMatchObject({ code: 'ranges_unsupported' });
  });
});

describe('reading', () => {
  it('gets exactly the range, in memory of its own', async () => {
    const source = await open();
    const received: number[] = [];
    const bytes = await source.read(1000, 50_000, undefined, count => received.push(count));
    expect(Buffer.compare(bytes, BODY.subarray(1000, 51_000))).toBe(0);
    expect(bytes.buffer.byteLength).toBe(50_000);
    expect(asked.at(-1)).toBe('bytes=1000-50999');
    expect(received.at(-1)).toBe(50_000);
  });

  it('asks for nothing where nothing is wanted, nor beyond the end', async () => {
    const source = await open();
    expect(await source.read(5, 0)).toHaveLength(0);
    await expect(source.read(99_999, 2)).rejects.toMatchObject({ code: 'invalid_gguf' });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['a broken connection', cut(30_000)],
    ['a short answer', short(30_000)],
  ])('goes on where %s stopped', async (_case, answer) => {
    const source = await open();
    answers = [answer];
    const received: number[] = [];
    const bytes = await source.read(0, BODY.length, undefined, count => received.push(count));
    expect(Buffer.compare(bytes, BODY)).toBe(0);
    expect(asked.slice(1)).toEqual(['bytes=0-99999', 'bytes=30000-99999']);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
  });

  it('counts only the retries that bring nothing', async () => {
    const source = await open();
    answers = [short(10_000), short(10_000), status(503), short(10_000), status(503), short(10_000)];
    expect(Buffer.compare(await source.read(0, BODY.length), BODY)).toBe(0);

    answers = [short(10_000), status(503), status(503)];
    await expect(source.read(0, BODY.length)).rejects.toMatchObject({ code: 'model_download_failed' });
  });

  it('gives up on answers that stay short', async () => {
    const source = await open();
    answers = [short(0), short(0), short(0)];
    await expect(source.read(0, 100)).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining('100'),
    });
  });

  it('tries again when the connection falls silent', async () => {
    const source = await open();
    answers = [silence];
    expect(await source.read(0, 10)).toHaveLength(10);
    answers = [silence, silence, silence];
    await expect(source.read(0, 10)).rejects.toMatchObject({ message: expect.stringContaining('nothing arrived') });
  });

  it.each([
    ['ETag', { ETag: '"two"', 'Content-Range': `bytes 0-9/${BODY.length}` }],
    ['size', { ETag: '"one"', 'Content-Range': 'bytes 0-9/90000' }],
  ])('refuses to mix two versions of a file, told apart by %s', async (_case, headers) => {
    const source = await open();
    answers = [(_request, response) => response.writeHead(206, headers).end(BODY.subarray(0, 10))];
    await expect(source.read(0, 10)).rejects.toMatchObject({
      code: 'model_download_failed',
      message: expect.stringContaining('changed'),
    });
  });

  it('refuses more bytes than it asked for', async () => {
    const source = await open();
    answers = [
      (_request, response) =>
        response.writeHead(206, { ETag: '"one"', 'Content-Range': `bytes 0-9/${BODY.length}` }).end(BODY),
    ];
    await expect(source.read(0, 10)).rejects.toMatchObject({ code: 'ranges_unsupported' });
  });

  it('passes on what a listener throws, without another attempt', async () => {
    const source = await open();
    const listener = () => {
      throw new Error('listener');
    };
    await expect(source.read(0, 10, undefined, listener)).rejects.toThrow('listener');
    expect(asked).toHaveLength(2);
  });
});

describe('aborting', () => {
  it.each([
    ['before the request', undefined],
    ['while the server is silent', silence],
    ['while it waits to retry', status(503, { 'Retry-After': '30' })],
  ])('stops %s', async (_case, answer) => {
    const source = await open();
    if (answer) answers = [answer];
    const signal = answer ? AbortSignal.timeout(50) : AbortSignal.abort();
    const error = await source.read(0, 10, signal).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DOMException);
    expect(error).toBe(signal.reason);
  });

  it('stops in the middle of a body', async () => {
    const source = await open();
    answers = [
      (_request, response, { start, end }) => {
        response.writeHead(206, { 'Content-Range': `bytes ${start}-${end - 1}/${BODY.length}`, ETag: '"one"' });
        response.write(BODY.subarray(0, 1000));
      },
    ];
    const controller = new AbortController();
    const reading = source.read(0, BODY.length, controller.signal, () => controller.abort());
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
    expect(asked).toHaveLength(2);
  });
});
