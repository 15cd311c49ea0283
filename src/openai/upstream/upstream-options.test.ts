import { describe, expect, test } from 'vitest';
import { Upstreams } from './upstreams.ts';

describe('options that cannot be', () => {
  const page = 'https://app.example/page';
  test.each([
    [{ name: 'hf', baseURL: 'https://a/v1' }, /Invalid name of an upstream: given "hf"/],
    [{ name: 'a:b', baseURL: 'https://a/v1' }, /given "a:b"/],
    [{ name: 'a', baseURL: 'ftp://a/v1' }, /Invalid baseURL of a: given "ftp:/],
    [{ name: 'a', baseURL: '/v1' }, /in a circle/],
  ])('%o', (options, message) => {
    expect(() => new Upstreams([options], page)).toThrow(message);
  });

  test.each(['https://me:secret@a/v1', 'https://secret@a/v1', 'https://a/v1?key=secret', 'https://a/v1#secret'])(
    'a secret in the address, which is not told on: %s',
    baseURL => {
      const refused = () => new Upstreams([{ name: 'a', baseURL }], page);
      expect(refused).toThrow(/given https:\/\/a\/v1 with a user/);
      expect(refused).not.toThrow(/secret/);
    },
  );

  test('two of a name', () => {
    const twice = { name: 'a', baseURL: '/llm/v1' };
    expect(() => new Upstreams([twice, twice], page)).toThrow(/two upstreams of the name a/);
  });
});
