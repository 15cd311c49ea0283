import { expect, test } from 'vitest';
import { closed } from './tools.ts';

const text = { type: 'string' };
const shut = { additionalProperties: false };

test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['an object', { properties: { a: text } }, { ...shut, properties: { a: text } }],
  [
    'an object that says so',
    { properties: {}, additionalProperties: true },
    { properties: {}, additionalProperties: true },
  ],
  ['an object of anything', { type: 'object' }, { type: 'object' }],
  [
    'one within another',
    { properties: { a: { properties: {} } } },
    { ...shut, properties: { a: { ...shut, properties: {} } } },
  ],
  ['one in a list', { items: { properties: {} } }, { items: { ...shut, properties: {} } }],
  ['one put together of others', { properties: {}, allOf: [{}] }, { properties: {}, allOf: [{}] }],
  ['one that needs what it does not name', { properties: {}, required: ['b'] }, { properties: {}, required: ['b'] }],
])('%s', (_, schema, expected) => {
  expect(closed(schema)).toEqual(expected);
});
