/**
 * The part of a service worker's global scope that ours uses. TypeScript has it in its WebWorker library, which cannot
 * stand in one program with the DOM library.
 *
 * https://w3c.github.io/ServiceWorker/#serviceworkerglobalscope-interface
 */
export interface ServiceWorkerScope {
  readonly location: Location;
  readonly clients: Clients;
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listener: (event: ExtendableEvent & MessageEvent) => void): void;
}

export interface Clients {
  claim(): Promise<void>;
  matchAll(options: { type: 'window'; includeUncontrolled: true }): Promise<readonly WindowClient[]>;
}

export interface WindowClient {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

export interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
