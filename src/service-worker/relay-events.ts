/** What the service worker and the pages say to each other, by name. */
export interface RelayEvents {
  /**
   * Service worker to every window: do you host the engine? The answer comes over the port that is sent along.
   * `life` is the asking exchange's, see `worker/life.ts`.
   */
  'ingle:ask': { readonly life: string };
  /** Host to service worker: yes. A port into its worker, which answers requests, is sent along. `life` is the host's. */
  'ingle:host': { readonly life: string };
  /** Page to service worker: take control of me. A hard reload leaves a page without. */
  'ingle:claim': Record<never, never>;
}

/** The lock that the page which hosts the engine holds; other pages wait for it. */
export const HOST_LOCK = 'ingle:host';

interface Sender {
  postMessage(message: unknown, transfer: Transferable[]): void;
}

export function send<Name extends keyof RelayEvents>(
  to: Sender,
  name: Name,
  detail: RelayEvents[Name],
  transfer: Transferable[] = [],
): void {
  to.postMessage({ name, detail }, transfer);
}

/** The detail of an event of this name; `undefined` for any other message, which may be the embedder's own. */
export function received<Name extends keyof RelayEvents>(
  { data }: MessageEvent,
  name: Name,
): RelayEvents[Name] | undefined {
  return typeof data === 'object' && data !== null && data.name === name ? data.detail : undefined;
}
