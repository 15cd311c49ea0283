import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from './glue.ts';

test('a message is read as it was written', () => {
  const fields = [undefined, true, -7, 'größer', Int32Array.of(1, -2, 3), ['/model.gguf', ''], false];
  expect(decodeMessage(encodeMessage('load_req', fields))).toEqual({ name: 'load_req', fields });
});

test('floats, which only come', () => {
  const bytes = [...new TextEncoder().encode('GLUE'), 1, 0, 0, 0, ...new TextEncoder().encode('glog_res')];
  bytes.push(8, 0, 0, 0, 2, 0, 0, 0, ...new Uint8Array(Float32Array.of(0.25, -1).buffer), 3, 0, 0, 0);
  bytes.push(...new Uint8Array(Float32Array.of(2.5).buffer));
  expect(decodeMessage(Uint8Array.from(bytes)).fields).toEqual([Float32Array.of(0.25, -1), 2.5]);
});

test('an unknown type of field is an error', () => {
  const message = encodeMessage('kvcr_res', [1]);
  message[16] = 77;
  expect(() => decodeMessage(message)).toThrow('kvcr_res has a field of the unknown type 77.');
});
