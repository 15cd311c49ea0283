import { isV1 } from '../worker/v1.ts';

/**
 * Holds this page's `fetch`es of its own `/v1` back until they can be answered: on a first visit, or after a hard
 * reload, no service worker controls the page yet.
 *
 * @returns lets them go, and puts the original `fetch` back.
 */
export function holdEarlyRequests(): () => void {
  const original = globalThis.fetch;
  let release = () => {};
  const released = new Promise<void>(resolve => {
    release = resolve;
  });
  const holding: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, document.baseURI);
    if (url.origin === location.origin && isV1(url)) await released;
    return original.call(globalThis, input, init);
  };
  globalThis.fetch = holding;
  return () => {
    // Somebody else may have put their own around ours since; ours then just passes everything on.
    if (globalThis.fetch === holding) globalThis.fetch = original;
    release();
  };
}
