import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemOf } from '../scripts/gguf-check.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { bytesSource } from './fixtures/bytes-source.ts';
import { cpuTime } from './fixtures/cpu-time.ts';
import { tinyModel, xorshift } from './fixtures/tiny-model.ts';

const EMBER = resolve(import.meta.dirname, '../public/models/ember-q8_0.gguf');

const MUTANTS = 5000;
/** What a file under 1 MiB may make the reader allocate. */
const MAX_BYTES = 64 * 2 ** 20;
/** Far above what any of them takes. */
const MAX_MILLISECONDS = 3000;

/** Numbers that a length, count, type or offset is likely to go wrong with. */
const EVIL = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0xffffn,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 40n,
  2n ** 53n,
  2n ** 61n,
  2n ** 64n - 1n,
];

type Random = (below: number) => number;

/** Ways to spoil a header; each gives the bytes that become of it. */
const mutations: Record<string, (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>> = {
  'bits flipped': (bytes, random) => {
    for (let flips = 1 + random(8); flips > 0; flips--) {
      const at = random(bytes.length);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
    }
    return bytes;
  },
  'a number overwritten': (bytes, random) => {
    const wide = random(2) === 0;
    const view = new DataView(bytes.buffer);
    const value = EVIL[random(EVIL.length)] ?? 0n;
    const at = random(bytes.length - 8);
    if (wide) view.setBigUint64(at, value, true);
    else view.setUint32(at, Number(value & 0xffffffffn), true);
    return bytes;
  },
  'an end cut off': (bytes, random) => bytes.slice(0, random(bytes.length)),
  'a stretch taken out': (bytes, random) => {
    const at = random(bytes.length);
    return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1 + random(64))]);
  },
  'a stretch repeated elsewhere': (bytes, random) => {
    const from = random(bytes.length);
    bytes.copyWithin(random(bytes.length), from, from + 1 + random(256));
    return bytes;
  },
};

/** A file's header, and how many bytes of data follow it. */
async function headerOf(file: Uint8Array<ArrayBuffer>) {
  const { dataOffset } = await readGguf(bytesSource(file));
  return { header: file.slice(0, dataOffset), dataBytes: file.length - dataOffset };
}

/** The mutated header with data of zeros behind it, none of which lies in memory. */
function fileOf(header: Uint8Array<ArrayBuffer>, dataBytes: number) {
  return {
    name: 'mutant.gguf',
    size: header.length + dataBytes,
    read: async (offset: number, length: number) => {
      const bytes = new Uint8Array(length);
      bytes.set(header.subarray(offset, offset + length));
      return bytes;
    },
  };
}

test('a chat template that is broken is told', async () => {
  const file = Buffer.from(tinyModel());
  file.write('{% xxx', file.indexOf('{% for'));
  expect(await problemOf(bytesSource(file))).toMatchObject({ code: 'chat_template_error' });
});

describe.each([
  { name: 'a tiny model', file: async () => tinyModel({ type: 'Q8_0' }), share: 0.7 },
  { name: 'the embedded model', file: async () => Uint8Array.from(await readFile(EMBER)), share: 0.3 },
])('$name, spoilt', async ({ file, share }) => {
  const { header, dataBytes } = await headerOf(await file());
  const count = Math.round(MUTANTS * share);

  test('is accepted as it was', async () => {
    expect(await problemOf(fileOf(header, dataBytes))).toBeUndefined();
  });

  test(`is refused with an error of ours, or accepted, ${count} times`, { timeout: 300_000 }, async () => {
    const kinds = Object.entries(mutations);
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= count; seed++) {
      const even = xorshift(seed);
      even(); // the first numbers of neighbouring seeds are alike
      const random: Random = below => Math.floor(even() * below);
      const [kind, mutate] = kinds[seed % kinds.length] ?? kinds[0] ?? [];
      if (kind === undefined || mutate === undefined) throw new TypeError('there are no mutations');
      const mutant = fileOf(mutate(header.slice(), random), dataBytes);
      const before = process.memoryUsage().arrayBuffers;
      const start = cpuTime();
      const problem = await problemOf(mutant).catch((error: unknown) => {
        throw new Error(`${kind}, seed ${seed}`, { cause: error });
      });
      expect(cpuTime() - start, `${kind}, seed ${seed}`).toBeLessThan(MAX_MILLISECONDS);
      expect(process.memoryUsage().arrayBuffers - before, `${kind}, seed ${seed}`).toBeLessThan(MAX_BYTES);
      const outcome = problem?.code ?? 'accepted';
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Mutations that nothing notices, or that nothing survives, would test nothing.
    expect(outcomes.get('accepted')).toBeGreaterThan(count / 100);
    expect(outcomes.get('invalid_gguf')).toBeGreaterThan(count / 10);
  });
});
