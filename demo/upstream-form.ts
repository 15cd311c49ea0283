import type { UpstreamOptions } from '../src/index.ts';
import { byId } from './dom.ts';

/** What the visitor's own server is called here: its models are `server:…`. */
export const SERVER = 'server';

/** Where the visitor's server is; the page keeps it, and its key, for no longer than it is open. */
export interface OwnServer {
  readonly options: UpstreamOptions;
  /** The name of its model. */
  readonly model: string;
}

/** Calls back with the server that the visitor names, if one is. */
export function listenForServer(onConnect: (server: OwnServer) => void): void {
  const text = (id: string) => byId(id, HTMLInputElement).value.trim();
  byId('server-form', HTMLFormElement).addEventListener('submit', event => {
    event.preventDefault();
    const model = text('server-model');
    const key = text('server-key');
    const options: UpstreamOptions = {
      name: SERVER,
      baseURL: text('server-url'),
      models: [model],
      ...(key !== '' && { apiKey: key }),
      fallback: byId('server-fallback', HTMLInputElement).checked ? ['on-too-large', 'on-unavailable'] : 'never',
    };
    onConnect({ options, model: `${SERVER}:${model}` });
  });
}
