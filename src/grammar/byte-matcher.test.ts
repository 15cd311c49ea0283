import { expect, test } from 'vitest';
import { Grammars } from './grammars.ts';

const TOKENS = ['a', 'b', 'ab', 'aba', 'bab', '"', 'a"', '""', '[', ',', ']', '"]', ''];
const END = TOKENS.length - 1;

const grammars = await Grammars.create({ tokens: TOKENS, endIds: new Set([END]) });

function tokensOf(mask: Uint32Array): string[] {
  return TOKENS.filter((_, id) => ((mask[0] ?? 0) >>> id) & 1);
}

test('what a length forbids is of the mask until it is tried, and all that fails alike goes with it', async () => {
  const schema = { type: 'array', items: { type: 'string', maxLength: 2 }, maxItems: 1 };
  const matcher = await grammars.matcher({ kind: 'json-schema', schema });
  const write = async (token: string) => {
    const mask = await matcher.fillMask();
    return { taken: matcher.accept(TOKENS.indexOf(token)), left: tokensOf(mask) };
  };
  for (const token of ['[', '"']) expect(await write(token)).toMatchObject({ taken: true });
  expect(await write('aba')).toEqual({ taken: false, left: ['a', 'b', 'ab', 'bab', '"', 'a"', '[', ',', ']', '"]'] });
  expect(await write('a')).toMatchObject({ taken: true });
  expect(await write('ab')).toEqual({ taken: false, left: ['a', 'b', 'bab', '"', 'a"', '[', ',', ']', '"]'] });
  expect(await write('b')).toMatchObject({ taken: true });
  expect(await write('bab')).toEqual({ taken: false, left: ['"', '"]'] });
  expect(await write('"]')).toMatchObject({ taken: true });
  expect(await write('')).toMatchObject({ taken: true });
  matcher.dispose();
});

test('a text may not end before its count is full', async () => {
  const matcher = await grammars.matcher({ kind: 'regex', pattern: '[ab]{17}' });
  for (let count = 0; count < 5; count++) {
    await matcher.fillMask();
    expect(matcher.accept(TOKENS.indexOf('aba'))).toBe(true);
  }
  expect(tokensOf(await matcher.fillMask())).toContain('');
  expect(matcher.accept(END)).toBe(false);
  expect(tokensOf(await matcher.fillMask())).toEqual(['a', 'b', 'ab', 'aba', 'bab']);
  matcher.accept(TOKENS.indexOf('ab'));
  await matcher.fillMask();
  expect(matcher.accept(TOKENS.indexOf('a'))).toBe(false);
  expect(tokensOf(await matcher.fillMask())).toEqual(['']);
  matcher.dispose();
});
