import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { cpuTime } from '../../test/fixtures/cpu-time.ts';
import { goldenAbsent, goldenPath } from '../../test/fixtures/golden.ts';
import { tinyModel, xorshift } from '../../test/fixtures/tiny-model.ts';
import { type GgufContent, type GgufTensor, writeGguf } from '../../test/fixtures/write-gguf.ts';
import { IngleError } from '../errors.ts';
import { readGguf } from './read-gguf.ts';

const read = (bytes: Uint8Array) => readGguf(bytesSource(bytes));

const tensor = (name: string, size = 32): GgufTensor => ({
  name,
  type: 'F32',
  shape: [size],
  data: new Uint8Array(size * 4),
});

/** A small file and a place in it to spoil. */
const content = { metadata: { key: 'value' }, tensors: [tensor('a'), tensor('b')] };

/** A file whose bytes from the first occurrence of `text` (moved by `skip`) on are `bytes`. */
function spoil(file: GgufContent, text: string, skip: number, bytes: readonly number[]): Uint8Array {
  const written = writeGguf(file);
  written.set(bytes, Buffer.from(written).indexOf(text) + skip);
  return written;
}

const u64Max = Array.from({ length: 8 }, () => 0xff);

describe('reads', () => {
  test('metadata of every type', async () => {
    const { metadata, version, alignment } = await read(
      writeGguf({
        version: 2,
        alignment: 64,
        metadata: {
          'general.alignment': 64,
          text: 'Grüße \ufeff🙂',
          big: 2n ** 53n - 1n,
          real: { f32: 0.5 },
          yes: true,
          texts: ['', '\ufeff', 'a'],
          flags: [true, false],
          reals: Float32Array.of(1.5, -2),
          bytes: Uint8Array.of(1, 2, 3),
          doubles: Float64Array.of(0.1),
        },
      }),
    );
    expect([version, alignment]).toEqual([2, 64]);
    expect(metadata.string('text')).toBe('Grüße \ufeff🙂');
    expect(metadata.number('big')).toBe(2 ** 53 - 1);
    expect(metadata.number('real')).toBe(0.5);
    expect(metadata.boolean('yes')).toBe(true);
    expect(metadata.strings('texts')).toEqual(['', '\ufeff', 'a']);
    expect(metadata.booleans('flags')).toEqual([true, false]);
    expect(metadata.numbers('reals')).toEqual(Float32Array.of(1.5, -2));
    expect(metadata.numbers('bytes')).toEqual(Uint8Array.of(1, 2, 3));
    expect(metadata.numbers('doubles')).toEqual(Float64Array.of(0.1));
  });

  test('tensors, at their places in the file', async () => {
    const q8 = { name: 'q', type: 'Q8_0', shape: [64, 3], data: new Uint8Array(204).fill(7) } as const;
    const file = writeGguf({ metadata: {}, tensors: [tensor('a', 5), q8] });
    const { tensors, dataOffset } = await read(file);
    expect(dataOffset % 32).toBe(0);
    expect(tensors.get('a')).toMatchObject({ shape: [5], offset: dataOffset, bytes: 20 });
    expect(tensors.get('q')).toMatchObject({ shape: [64, 3], offset: dataOffset + 32, bytes: 204 });
    expect(file.slice(dataOffset + 32, dataOffset + 32 + 204)).toEqual(q8.data);
  });

  test('a file without tensors', async () => {
    expect((await read(writeGguf({ metadata: { key: 1 } }))).tensors.size).toBe(0);
  });
});

describe('refuses', () => {
  const cases: [name: string, bytes: Uint8Array, message: RegExp, code?: string][] = [
    ['an empty file', new Uint8Array(0), /ends in the middle/],
    ['another format', new TextEncoder().encode('<!doctype html>'), /begins with the bytes 3c 21 64 6f/],
    ['version 1', writeGguf({ metadata: {}, version: 1 }), /version is 1; 2 and 3/],
    ['a cut header', writeGguf({ metadata: { key: 'value' } }).slice(0, 40), /ends in the middle/],
    ['a cut tensor', writeGguf(content).slice(0, -1), /tensor b ends at byte/],
    ['too many tensors', spoil(content, 'GGUF', 8, u64Max), /claims 18446744073709551615 tensors/],
    ['too many keys', spoil(content, 'GGUF', 16, u64Max), /claims 18446744073709551615 metadata keys/],
    ['a long text', spoil(content, 'value', -8, u64Max), /claims 18446744073709551615 bytes of text/],
    ['text that is not UTF-8', spoil(content, 'value', 0, [0xc3, 0x28]), /not UTF-8/],
    ['an unknown value type', spoil(content, 'key', 3, [99]), /value type 99/],
    ['an array of arrays', spoil({ metadata: { list: ['a'] } }, 'list', 8, [9]), /value type 9/],
    ['a boolean of 2', spoil({ metadata: { flag: true } }, 'flag', 8, [2]), /boolean .* is 2/],
    ['a repeated key', spoil({ metadata: { ka: 1, kb: 2 } }, 'kb', 0, [0x6b, 0x61]), /key ka is there twice/],
    ['a repeated tensor', writeGguf({ metadata: {}, tensors: [tensor('a'), tensor('a')] }), /a is there twice/],
    ['a long tensor name', writeGguf({ metadata: {}, tensors: [tensor('a'.repeat(65))] }), /65 bytes; 64 are allowed/],
    ['no dimensions', writeGguf({ metadata: {}, tensors: [{ ...tensor('a'), shape: [] }] }), /0 dimensions/],
    ['five dimensions', writeGguf({ metadata: {}, tensors: [{ ...tensor('a'), shape: [1, 1, 1, 1, 1] }] }), /5 dim/],
    ['an empty tensor', writeGguf({ metadata: {}, tensors: [{ ...tensor('a'), shape: [32, 0] }] }), /shape \[32, 0\]/],
    ['a huge shape', writeGguf({ metadata: {}, tensors: [{ ...tensor('a'), shape: [2 ** 40, 2 ** 40] }] }), /shape/],
    [
      'half a block',
      writeGguf({ metadata: {}, tensors: [{ ...tensor('a'), type: 'Q4_0', shape: [48] }] }),
      /Q4_0's 32/,
    ],
    ['an unknown tensor type', spoil(content, 'a\u0001', 13, [200]), /type 200/, 'unsupported_tensor_type'],
    ['a crooked offset', spoil(content, 'b\u0001', 17, [1]), /begins at 1,/],
    ['an overlap', spoil(content, 'b\u0001', 17, [32]), /b overlaps a/],
    ['a far offset', spoil(content, 'b\u0001', 22, [1]), /ends at byte 1099511/],
    ['an alignment of 48', writeGguf({ metadata: { 'general.alignment': 48 } }), /must be a power of two/],
    ['an alignment of 0', writeGguf({ metadata: { 'general.alignment': 0 } }), /must be a power of two/],
  ];

  test.each(cases)('%s', async (_name, bytes, message, code = 'invalid_gguf') => {
    const error = await read(bytes).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(IngleError);
    expect(error).toMatchObject({ code, status: 422, message: expect.stringMatching(message) });
  });
});

test('reads a large header in growing windows, and not a byte of the tensors', async () => {
  const tokens = Array.from({ length: 60_000 }, (_, id) => `token number ${id}`);
  const file = writeGguf({ metadata: { tokens }, tensors: [tensor('a', 500_000)] });
  const source = bytesSource(file);
  const reads = vi.spyOn(source, 'read');

  const { metadata, dataOffset } = await readGguf(source);
  expect(metadata.strings('tokens')).toEqual(tokens);
  const kib = 1024;
  expect(reads.mock.calls.map(([offset, length]) => [offset, length])).toEqual([
    [0, 256 * kib],
    [256 * kib, 256 * kib],
    [512 * kib, 512 * kib],
    [1024 * kib, 1024 * kib],
  ]);
  expect(dataOffset).toBeLessThan(2 * kib * kib);
});

test('gives the signal to the source', async () => {
  const source = bytesSource(writeGguf(content));
  const reads = vi.spyOn(source, 'read');
  const { signal } = new AbortController();
  await readGguf(source, signal);
  expect(reads.mock.calls[0]?.[2]).toBe(signal);
});

test('any byte may be wrong: a usable directory or a clear error, at once', { timeout: 5000 }, async () => {
  const original = tinyModel({ type: 'Q4_0' });
  const { dataOffset } = await read(original);
  const random = xorshift(7);
  const below = (limit: number) => Math.floor(random() * limit);
  let refused = 0;
  for (let round = 0; round < 2000; round++) {
    const file = original.slice();
    for (let change = below(3); change >= 0; change--) file[below(dataOffset)] = below(256);
    const cut = round % 4 === 0 ? file.slice(0, below(file.length)) : file;
    try {
      const { tensors } = await read(cut);
      for (const { offset, bytes } of tensors.values()) expect(offset + bytes).toBeLessThanOrEqual(cut.length);
    } catch (error) {
      if (!(error instanceof IngleError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(700);
});

describe('the reference', () => {
  test('malformed files are refused at once, valid ones read', ctx => {
    if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
    return Promise.all(
      badFiles().map(async ({ file, expect: expected }) => {
        const start = cpuTime();
        const outcome = await read(readFileSync(goldenPath(`bad-gguf/${file}`))).then(
          () => 'load',
          (error: IngleError) => error.code,
        );
        const codes = ['invalid_gguf', 'unsupported_tensor_type'];
        expect(expected === 'load' ? ['load'] : codes, `${file}: ${outcome}`).toContain(outcome);
        expect(cpuTime() - start).toBeLessThan(500);
      }),
    );
  });

  test('the sizes of all tensor types are right: the tensors fill the files', async ctx => {
    if (goldenAbsent !== undefined) ctx.skip(goldenAbsent);
    const names = readdirSync(goldenPath('quants')).filter(name => name.endsWith('.gguf'));
    const types = new Set<string>();
    for (const name of names) {
      const file = readFileSync(goldenPath(`quants/${name}`));
      const { tensors, dataOffset, alignment } = await read(file);
      let end = dataOffset;
      for (const { offset, bytes, type } of tensors.values()) {
        types.add(type.name);
        expect(offset, `${name}: ${type.name}`).toBe(end);
        end += Math.ceil(bytes / alignment) * alignment;
      }
      expect(end).toBe(file.length);
    }
    expect(types.size).toBeGreaterThanOrEqual(16);
  });
});

/** The files with a fault in the header; what the other two lack is the model's to see. */
function badFiles(): { file: string; expect: 'load' | 'error' }[] {
  const index: { file: string; expect: 'load' | 'error' }[] = JSON.parse(
    readFileSync(goldenPath('bad-gguf/index.json'), 'utf8'),
  );
  return index.filter(({ file }) => !['no-feed-forward-length.gguf', 'shape-mismatch.gguf'].includes(file));
}
