/**
 * How one context of an origin (page, worker, service worker) learns that another has ended: a port that has lost its
 * other end says so in Chromium alone, but a Web Lock is released everywhere when its holder is gone.
 *
 * https://www.w3.org/TR/web-locks/#agent-integration
 */

/** Takes a lock of a fresh name and holds it until `ended` aborts or this context ends. Resolves to the name. */
export function holdLife(ended: AbortSignal): Promise<string> {
  const name = `ingle:life:${crypto.randomUUID()}`;
  return new Promise((resolve, reject) => {
    const held = () => {
      resolve(name);
      return new Promise<void>(release => ended.addEventListener('abort', () => release(), { once: true }));
    };
    navigator.locks.request(name, { signal: ended }, held).catch(reject);
  });
}

/** Resolves when the holder of the lock has ended; never, once `unwanted` has aborted. */
export function endOfLife(name: string, unwanted?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    // Rejects only when `unwanted` aborts, or when this context itself is ending.
    const options = { mode: 'shared', ...(unwanted && { signal: unwanted }) } as const;
    navigator.locks.request(name, options, () => resolve()).catch(() => {});
  });
}
