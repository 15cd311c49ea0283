import { expose, wrap } from 'comlink';
import { afterEach, describe, expect, test } from 'vitest';
import { EnvironmentError, isAbort, ModelError, RequestError } from '../errors.ts';
import './transfer-errors.ts';
import { forTheCall } from './transfer-signals.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

function remote<T>(api: T) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  expose(api, port1);
  return wrap<T>(port2);
}

describe('errors over comlink', () => {
  const throwing = (error: unknown) =>
    remote(async (): Promise<void> => {
      throw error;
    })().catch((e: unknown) => e);

  test.each([
    [new ModelError('no such model', 'model_not_found'), ModelError],
    [new EnvironmentError('lost', 'device_lost'), EnvironmentError],
    [new RequestError('too long', 'context_length_exceeded', 'messages', 413), RequestError],
  ])('stay instances of their class: %s', async (error, Class) => {
    const arrived = await throwing(error);
    expect(arrived).toBeInstanceOf(Class);
    const { name, message, code, status, param } = error;
    expect(arrived).toMatchObject({ name, message, code, status, param });
  });

  test('that nobody foresaw are internal errors', async () => {
    expect(await throwing(new TypeError('x is not a function'))).toMatchObject({ code: 'internal_error', status: 500 });
    expect(await throwing('just a text')).toMatchObject({ message: 'just a text', code: 'internal_error' });
  });

  test('stay aborts', async () => {
    expect(await throwing(new DOMException('stop', 'AbortError'))).toSatisfy(isAbort);
  });
});

describe('signals over comlink', () => {
  /** Answers with what its signal aborts for. */
  const untilAborted = (signal: AbortSignal) =>
    new Promise<string>(resolve => {
      const tell = () => resolve(`${signal.reason.name}: ${signal.reason.code}`);
      if (signal.aborted) tell();
      else signal.addEventListener('abort', tell);
    });

  test('abort later, with their reason', async () => {
    const controller = new AbortController();
    const answer = remote(untilAborted)(controller.signal);
    controller.abort(new ModelError('too large', 'model_too_large'));
    expect(await answer).toBe('ModelError: model_too_large');
  });

  test('that have aborted abort at once', async () => {
    expect(await remote(untilAborted)(AbortSignal.abort())).toMatch(/^AbortError/);
  });

  test('end with the call that they were made for', async () => {
    let kept: AbortSignal | undefined;
    const keep = remote((signal: AbortSignal) => {
      kept = signal;
    });
    await forTheCall(new AbortController().signal, signal => keep(signal));
    await expect.poll(() => kept?.aborted).toBe(true);
  });
});
