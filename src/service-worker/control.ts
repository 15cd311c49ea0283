import { EnvironmentError } from '../errors.ts';
import { send } from './relay-events.ts';

export interface ServeOptions {
  /** Where the service worker's file is, as `npx ingle init` put it there. `/ingle-sw.js` when absent. */
  readonly url?: string;
  /** Pages below this path can use `/v1`; the file's folder when absent. */
  readonly scope?: string;
}

/** A service worker that is active takes control within milliseconds; one that cannot never does. */
const PATIENCE_MS = 5_000;

/**
 * Registers the service worker and waits until it controls this page.
 *
 * @throws EnvironmentError `engine_unavailable` when it cannot be registered, or does not take control.
 */
export async function takeControl({ url = '/ingle-sw.js', scope }: ServeOptions): Promise<void> {
  const script = new URL(url, document.baseURI).href;
  const { serviceWorker } = navigator;
  const registration = await serviceWorker
    .register(script, { updateViaCache: 'none', ...(scope !== undefined && { scope }) })
    .catch((cause: unknown) => {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw unavailable(`${script} could not be registered: ${reason}`, cause);
    });
  const isControlled = () => serviceWorker.controller?.scriptURL === script;
  if (isControlled()) return;
  await active(registration);
  const controlled = new Promise<void>(resolve => {
    const check = () => isControlled() && resolve();
    serviceWorker.addEventListener('controllerchange', check);
    check();
  });
  if (registration.active) send(registration.active, 'ingle:claim', {});
  await inTime(controlled, `${script} does not control this page: its scope is ${registration.scope}`);
}

/** Waits until a service worker of this registration is active: a new one installs first. */
async function active(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(unavailable('it failed to install'));
    });
  });
}

async function inTime(promise: Promise<void>, otherwise: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(otherwise)), PATIENCE_MS);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function unavailable(why: string, cause?: unknown): EnvironmentError {
  return new EnvironmentError(`The service worker for /v1 is not there: ${why}.`, 'engine_unavailable', { cause });
}
