import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendBytes, smallModels } from '../../scripts/vite/model-files.ts';

/** How a server can misbehave; each is a folder of {@link ModelServer}. */
type Fault = 'no-ranges' | 'truncated' | 'cut-off';

/**
 * A web server for model files, on an origin of its own as model hubs are: `/NAME.gguf` as it should be, below
 * `/no-ranges/`, `/truncated/` (half of the file, as if it were all) and `/cut-off/` (the connection breaks before the
 * file's end) as it should not, 404 for all else.
 */
export class ModelServer {
  readonly #server: Server;
  readonly #files: Map<string, Uint8Array>;
  /** Paths of the requests for files so far. */
  readonly requests: string[] = [];
  /** Bytes of files that were sent, or promised. */
  servedBytes = 0;

  private constructor(files: Map<string, Uint8Array>) {
    this.#files = files;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  /** Serves the small models, and `extra` files beside them. */
  static async start(extra: Readonly<Record<string, Uint8Array>> = {}): Promise<ModelServer> {
    const server = new ModelServer(new Map([...smallModels(), ...Object.entries(extra)]));
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  /** A model that tests talk to: one with a short context, so that an answer which does not stop ends soon. */
  get chatModel(): string {
    const names = [...this.#files.keys()];
    return names.find(name => name === 'stories260K-q8_0-mixed.gguf') ?? names[0] ?? '';
  }

  file(name: string): Uint8Array {
    return this.#files.get(name) ?? new Uint8Array();
  }

  get origin(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-allow-headers', 'range');
    response.setHeader('access-control-expose-headers', 'accept-ranges, content-range, content-length, etag');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const [, fault, name = ''] = /^\/(?:(no-ranges|truncated|cut-off)\/)?([^/]+)$/.exec(request.url ?? '') ?? [];
    this.requests.push(request.url ?? '');
    const bytes = this.#files.get(name);
    if (bytes === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file');
    else this.#send(request, response, bytes, fault as Fault | undefined);
    this.servedBytes += Number(response.getHeader('content-length') ?? 0);
  }

  #send(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array, fault: Fault | undefined): void {
    if (fault === 'no-ranges') delete request.headers.range;
    if (fault === 'cut-off') breakOff(request, response, bytes);
    else sendBytes(request, response, fault === 'truncated' ? bytes.subarray(0, bytes.length / 2) : bytes);
  }
}

/** Promises the range, and closes the connection in the middle of the file. */
function breakOff(request: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const end = Math.min(Number(to), bytes.length - 1);
  response.writeHead(206, {
    'content-range': `bytes ${from}-${end}/${bytes.length}`,
    'content-length': end + 1 - Number(from),
  });
  const middle = Math.floor(bytes.length / 2);
  const sent = bytes.subarray(Number(from), Math.min(end + 1, middle));
  if (end < middle) response.end(sent);
  else response.write(sent, () => request.socket.destroy());
}
