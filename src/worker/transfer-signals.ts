import { type TransferHandler, transferHandlers } from 'comlink';
import { fromPlainError, type PlainError, toPlainError } from '../errors.ts';

/**
 * Carries an AbortSignal over comlink, as an argument of its own: a port that tells the other end when it aborts, and
 * why. The port lives until then, so a caller whose signal may never abort ends the call with one of its own: see
 * {@link forTheCall}.
 *
 * Both ends of a connection must import this.
 */
const abortSignals: TransferHandler<AbortSignal, MessagePort> = {
  canHandle: (value): value is AbortSignal => value instanceof AbortSignal,
  serialize: signal => {
    const { port1, port2 } = new MessageChannel();
    const tell = () => port1.postMessage(toPlainError(signal.reason));
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
    return [port2, [port2]];
  },
  deserialize: port => {
    const controller = new AbortController();
    port.onmessage = ({ data }: MessageEvent<PlainError>) => {
      controller.abort(fromPlainError(data));
      port.close();
    };
    return controller.signal;
  },
};

transferHandlers.set('AbortSignal', abortSignals);

/** Calls with a signal that aborts with `signal`, and after the call has ended at the latest. */
export async function forTheCall<T>(
  signal: AbortSignal | undefined,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  try {
    return await call(signal ? AbortSignal.any([signal, ended.signal]) : ended.signal);
  } catch (error) {
    signal?.throwIfAborted(); // the reason itself, which the other side has only in outline
    throw error;
  } finally {
    ended.abort();
  }
}
