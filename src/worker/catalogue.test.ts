import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import known from '../catalogue.json' with { type: 'json' };
import { Catalogue } from './catalogue.ts';

const OWN = { bytes: 1, contextLength: 1, licence: 'MIT', description: 'a test' };

/** What stands in `catalogue.json`. */
const entry = z.strictObject({
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9.-]*$/)),
  file: z.string().check(z.regex(/^hf:[\w.-]+\/[\w.-]+\/[\w.-]+\.gguf$/)),
  bytes: z.int().check(z.gte(10e6), z.lte(6e9)),
  contextLength: z.int().check(z.gte(512), z.lte(2 ** 20)),
  licence: z.string().check(z.minLength(3)),
  abilities: z.array(z.enum(['chat', 'tools', 'reasoning', 'embedding'])).check(z.minLength(1)),
  description: z.string().check(z.minLength(10), z.maxLength(100), z.regex(/\.$/)),
});

describe('the catalogue', () => {
  test('has well-formed entries, each of another name and file', () => {
    const entries = z.array(entry).parse(known);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
    expect(new Set(entries.map(({ file }) => file)).size).toBe(entries.length);
    for (const { name, abilities } of entries) {
      expect(abilities.includes('embedding'), name).not.toBe(abilities.includes('chat'));
    }
  });

  test('knows its own entries by name, by reference and by address', () => {
    const catalogue = new Catalogue();
    expect(catalogue.entries.length).toBeGreaterThan(3);
    for (const { name, file } of catalogue.entries) {
      const found = catalogue.resolve(name);
      expect(found).toEqual({ id: name, url: expect.stringMatching(/^https:\/\/huggingface\.co\/.*\.gguf$/) });
      expect(catalogue.resolve(file)).toEqual(found);
      expect(catalogue.resolve(found.url)).toEqual(found);
    }
  });

  test("puts the page's entries first, relative to the page, and lets them take a name over", () => {
    const own = [
      { ...OWN, name: 'mine', file: './models/mine.gguf' },
      { ...OWN, name: 'smollm2-135m-instruct', file: '/mirror/smollm2.gguf' },
    ];
    const catalogue = new Catalogue(own, 'https://app.example/chat/');
    expect(catalogue.entries.slice(0, 2)).toEqual(own);
    expect(catalogue.entries.filter(({ name }) => name === 'smollm2-135m-instruct')).toHaveLength(1);
    expect(catalogue.resolve('mine').url).toBe('https://app.example/chat/models/mine.gguf');
    expect(catalogue.resolve('https://app.example/mirror/smollm2.gguf').id).toBe('smollm2-135m-instruct');
  });

  test('passes on references to other models', () => {
    const url = 'https://files.example/some.gguf';
    expect(new Catalogue().resolve(url)).toEqual({ id: url, url });
  });

  test('refuses what is neither', () => {
    const refusal = expect.objectContaining({ code: 'model_not_found' });
    expect(() => new Catalogue().resolve('no such model')).toThrow(refusal);
    expect(() => new Catalogue([{ ...OWN, name: 'mine', file: 'no file' }])).toThrow(refusal);
  });
});
