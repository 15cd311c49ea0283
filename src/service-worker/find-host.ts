import { EnvironmentError } from '../errors.ts';
import { HOST_LOCK, received, send } from './relay-events.ts';
import type { Clients } from './service-worker-scope.ts';

/** The page that hosts the engine, as it answered. */
export interface FoundHost {
  /** Into its worker, which answers requests. */
  readonly port: MessagePort;
  /** Ends with the page, see `worker/life.ts`. */
  readonly life: string;
}

/** A page that is busy with something long, such as compiling its own scripts, answers late. */
const PATIENCE_MS = 10_000;
/** After this long everybody is asked again: a page that was loading may hear by now, or another one be the host. */
const ASK_AGAIN_MS = 500;

/**
 * Asks the windows of this origin for the one that hosts the engine.
 *
 * @param life the name of the asking exchange's life.
 * @throws EnvironmentError `engine_unavailable` when there is none, or it does not answer in time.
 */
export async function findHost(clients: Clients, life: string): Promise<FoundHost> {
  for (let waited = 0; waited < PATIENCE_MS; waited += ASK_AGAIN_MS) {
    if (!(await somePageServes())) {
      const message = 'No open page of this site runs a model. Open one that does, and keep it open.';
      throw new EnvironmentError(message, 'engine_unavailable');
    }
    const host = await askAll(clients, life);
    if (host) return host;
  }
  const message = `The page that runs the model has not answered for ${PATIENCE_MS / 1000} s.`;
  throw new EnvironmentError(message, 'engine_unavailable');
}

async function somePageServes(): Promise<boolean> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].some(({ name }) => name === HOST_LOCK);
}

/** The host, if it answers before it is time to ask again. */
async function askAll(clients: Clients, life: string): Promise<FoundHost | undefined> {
  const windows = await clients.matchAll({ type: 'window', includeUncontrolled: true });
  const answers: MessagePort[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    return await new Promise<FoundHost | undefined>(resolve => {
      timer = setTimeout(() => resolve(undefined), ASK_AGAIN_MS);
      for (const window of windows) {
        const { port1, port2 } = new MessageChannel();
        answers.push(port1);
        port1.onmessage = event => {
          const host = received(event, 'ingle:host');
          const [port] = event.ports;
          if (host && port) resolve({ port, life: host.life });
        };
        send(window, 'ingle:ask', { life }, [port2]);
      }
    });
  } finally {
    clearTimeout(timer);
    for (const answer of answers) answer.close();
  }
}
