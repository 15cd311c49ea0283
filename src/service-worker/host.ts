import { EnvironmentError } from '../errors.ts';
import { holdLife } from '../worker/life.ts';
import { HOST_LOCK, received, send } from './relay-events.ts';

/** Hands a port to the worker, which answers requests on it until the life of that name has ended. */
export type Connect = (port: MessagePort, life: string) => void;

/**
 * Stands for election as the page that hosts the engine, one in an origin. The first is elected; when it closes, the
 * next one is. Until `ended` aborts, the host connects the service worker with its own worker when it is asked to.
 *
 * @throws EnvironmentError `engine_unavailable` where the browser lets the site have no locks.
 */
export async function standAsHost(connect: Connect, ended: AbortSignal): Promise<void> {
  const { serviceWorker, locks } = navigator;
  let life: string | undefined;
  const answer = (event: MessageEvent) => {
    const asked = received(event, 'ingle:ask');
    const [reply] = event.ports;
    if (!asked || !reply || life === undefined || ended.aborted) return;
    const { port1, port2 } = new MessageChannel();
    connect(port1, asked.life);
    send(reply, 'ingle:host', { life }, [port2]);
  };
  serviceWorker.addEventListener('message', answer, { signal: ended });
  // Before the page has been parsed, messages wait for this.
  serviceWorker.startMessages();
  const host = async () => {
    life = await holdLife(ended);
    await new Promise<void>(resolve => ended.addEventListener('abort', () => resolve()));
  };
  // The lock's turn comes when the pages before this one are closed. It rejects only when `ended` aborts first.
  locks.request(HOST_LOCK, { signal: ended }, host).catch(() => {});
  // Whoever looks for a host from here on finds that this page stands.
  await locks.query().catch((cause: unknown) => {
    const message = '/v1 takes Web Locks, which this browser does not let the site use.';
    throw new EnvironmentError(message, 'engine_unavailable', { cause });
  });
}
