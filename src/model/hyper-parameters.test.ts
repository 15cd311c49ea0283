import { expect, test } from 'vitest';
import { Metadata, type MetadataValue } from '../gguf/metadata.ts';
import { readHyperParameters } from './hyper-parameters.ts';
import { ArchitectureKeys } from './keys.ts';

function hyperParameters(of: Record<string, MetadataValue>) {
  const given = {
    context_length: 1000,
    embedding_length: 64,
    block_count: 1,
    feed_forward_length: 64,
    'attention.head_count': 1,
    ...of,
  };
  const values: [string, MetadataValue][] = Object.entries(given).map(([key, value]) => [`llama.${key}`, value]);
  const metadata = new Metadata(
    new Map<string, MetadataValue>([
      ...values,
      ['llama.attention.layer_norm_rms_epsilon', 1e-5],
      ['general.architecture', 'llama'],
      ['tokenizer.ggml.tokens', ['a']],
    ]),
  );
  return readHyperParameters(metadata, new ArchitectureKeys(metadata, 'llama'));
}

const yarn = { 'rope.scaling.type': 'yarn', 'rope.scaling.factor': 4 };

test.each([
  { name: 'as it is', of: {}, context: 1000 },
  { name: 'told with its scaling', of: { ...yarn, 'rope.scaling.original_context_length': 250 }, context: 1000 },
  { name: 'told before its scaling', of: { ...yarn, 'rope.scaling.original_context_length': 1000 }, context: 4000 },
  { name: 'scaled, from what is not told', of: yarn, context: 1000 },
  {
    name: 'with a scaling that is switched off',
    of: { ...yarn, 'rope.scaling.type': 'none', 'rope.scaling.original_context_length': 1000 },
    context: 1000,
  },
])('the trained context, $name', ({ of, context }) => {
  expect(hyperParameters(of).trainedContext).toBe(context);
});

test('a linear scale may be under the key that it had once', () => {
  expect(hyperParameters({ 'rope.scale_linear': 4 }).rope.scale).toBe(4);
  expect(hyperParameters({ 'rope.scale_linear': 4, 'rope.scaling.factor': 2 }).rope.scale).toBe(2);
});

test('what files list for each layer is one number where it is the same in all', () => {
  const of = { 'attention.head_count': Int32Array.of(4, 4), feed_forward_length: Int32Array.of(96, 96) };
  expect(hyperParameters(of)).toMatchObject({ heads: 4, headDim: 16, hiddenDim: 96 });
});
