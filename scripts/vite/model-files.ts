import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import type { Connect, Plugin } from 'vite';
import { tinyModel } from '../../test/fixtures/tiny-model.ts';

const GOLDEN_MODELS = resolve(import.meta.dirname, '../../../shared/golden/models');

/**
 * Small models to develop and test with, by file name: the trained ones of `../shared/golden/models` where that folder
 * is, else one that writes nonsense but is always at hand.
 */
export function smallModels(): Map<string, Uint8Array> {
  if (!existsSync(GOLDEN_MODELS)) return new Map([['tiny.gguf', tinyModel({ contextLength: 192 })]]);
  const files = readdirSync(GOLDEN_MODELS).filter(name => name.endsWith('.gguf'));
  return new Map(files.map(name => [name, readFileSync(join(GOLDEN_MODELS, name))]));
}

/**
 * Answers with the bytes that the request's `Range` header asks for; with all of them when it has none.
 *
 * Only `bytes=from-to` and `bytes=from-`: https://www.rfc-editor.org/rfc/rfc9110#name-byte-ranges
 */
export function sendBytes(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  response.setHeader('accept-ranges', 'bytes');
  response.setHeader('content-type', 'application/octet-stream');
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const from = Number(range?.[1] ?? 0);
  const to = Math.min(range?.[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, bytes.length - 1);
  if (range !== null && from > to) {
    response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
    return;
  }
  const body = bytes.subarray(from, to + 1);
  response.setHeader('content-length', body.length);
  if (range !== null) response.setHeader('content-range', `bytes ${from}-${to}/${bytes.length}`);
  response.writeHead(range === null ? 200 : 206).end(request.method === 'HEAD' ? undefined : body);
}

/** Serves the small models below `/models/`, with their names and sizes at `/models/index.json`. */
export function modelFiles(): Plugin {
  const install = (middlewares: Connect.Server): void => {
    const models = smallModels();
    middlewares.use('/models', (request, response, next) => {
      const name = decodeURIComponent((request.url ?? '/').replace(/\?.*$/, '').slice(1));
      if (name === 'index.json') {
        const index = [...models].map(([file, { length }]) => ({ file, bytes: length }));
        response.setHeader('content-type', 'application/json').end(JSON.stringify(index));
        return;
      }
      const bytes = models.get(name);
      if (bytes === undefined) next();
      else sendBytes(request, response, bytes);
    });
  };
  return {
    name: 'ingle:model-files',
    configureServer: server => install(server.middlewares),
    configurePreviewServer: server => install(server.middlewares),
  };
}
