import { transferHandlers } from 'comlink';
import { fromPlainError, type PlainError, toPlainError } from '../errors.ts';

/**
 * Carries errors over comlink with their `code`, `status` and `param`; comlink's own handler keeps the message alone.
 *
 * Both ends of a connection must import this.
 */
const thrown = transferHandlers.get('throw');
if (thrown === undefined) throw new TypeError('comlink has no handler for thrown errors');

transferHandlers.set('throw', {
  canHandle: thrown.canHandle,
  serialize: ({ value }: { value: unknown }): [PlainError, Transferable[]] => [toPlainError(value), []],
  deserialize: (plain: PlainError): never => {
    throw fromPlainError(plain);
  },
});
