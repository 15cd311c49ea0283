import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { randomSchema } from '../../../test/fixtures/random-schema.ts';
import { randomWriter } from '../../../test/fixtures/random-writer.ts';
import { tinyModel } from '../../../test/fixtures/tiny-model.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Grammar } from '../../grammar/grammar.ts';
import { createTokenizer } from '../../tokenizer/tokenizer.ts';

const { metadata } = await readGguf(bytesSource(tinyModel()));
const tokenizer = createTokenizer(metadata);
const write = randomWriter(tokenizer);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('random schemas on a model that says anything', () => {
  const SCHEMAS = 500;

  test(`what is finished validates, for ${SCHEMAS} schemas`, { timeout: 600_000 }, async () => {
    const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false, multipleOfPrecision: 9 });
    addFormats.default(ajv);
    let finished = 0;
    for (let seed = 1; seed <= SCHEMAS; seed++) {
      const schema = randomSchema(seed);
      const { text, reason } = await write({ kind: 'json-schema', schema }, seed);
      if (reason === 'length') continue;
      finished++;
      const failure = () => `seed ${seed}: ${JSON.stringify(text)} for ${JSON.stringify(schema)}: ${ajv.errorsText()}`;
      expect(isJson(text) && ajv.validate(schema, JSON.parse(text)), failure()).toBe(true);
    }
    expect(finished).toBeGreaterThan(0.8 * SCHEMAS);
  });
});

describe('forced tokens are not waited for', () => {
  const PENALTIES = { repetitionPenalty: 1.1, frequencyPenalty: 0.3, presencePenalty: 0.2 };

  test('and the ids are those of one step each, for random schemas', { timeout: 200_000 }, async () => {
    let saved = 0;
    for (let seed = 1001; seed <= 1060; seed++) {
      const grammar: Grammar = { kind: 'json-schema', schema: randomSchema(seed) };
      const sampling = seed % 3 === 0 ? PENALTIES : seed % 3 === 1 ? { topP: 0.9, temperature: 1.5 } : {};
      const maxTokens = seed % 5 === 0 ? 20 : 400;
      const { steps, ...written } = await write(grammar, seed, { sampling, maxTokens });
      const { steps: all, ...expected } = await write(grammar, seed, { sampling, maxTokens, everyLogits: true });
      expect(written, `seed ${seed}`).toEqual(expected);
      saved += all - steps;
    }
    expect(saved).toBeGreaterThan(0);
  });

  test('a chain of them is one step', async () => {
    const grammar: Grammar = { kind: 'regex', pattern: '[ab]XYZ#QKV[cd]' };
    const { text, steps } = await write(grammar, 1);
    expect(text).toMatch(/^[ab]XYZ#QKV[cd]$/);
    expect(steps).toBe(3); // the prompt, all up to the last choice, and the end behind it
  });
});

test.each<[Grammar, RegExp]>([
  [{ kind: 'json' }, /^\{.*\}$/s],
  [{ kind: 'regex', pattern: '(?:ja|nein)[!?]{1,3}é+|\\d{4}' }, /^(?:(?:ja|nein)[!?]{1,3}é+|\d{4})$/],
  [
    { kind: 'ebnf', source: 'root ::= word ("," word){0,2}\nword ::= [a-cé-ü]+ # a comment' },
    /^[a-cé-ü]+(,[a-cé-ü]+){0,2}$/,
  ],
  [
    {
      kind: 'structural-tag',
      tag: {
        format: { type: 'tag', begin: '<a>', content: { type: 'json_schema', json_schema: { const: 7 } }, end: '</a>' },
      },
    },
    /^<a>7<\/a>$/,
  ],
])('an output is held to %j', async (grammar, expected) => {
  let finished = 0;
  for (let seed = 1; seed <= 20; seed++) {
    const { text, reason } = await write(grammar, seed);
    if (reason === 'length') continue;
    finished++;
    expect(text).toMatch(expected);
  }
  expect(finished).toBeGreaterThan(5);
});

describe('whatever the sampling', () => {
  const yes: Grammar = { kind: 'regex', pattern: 'yes' };

  test('greedy', async () => {
    expect(await write(yes, 1, { sampling: { temperature: 0 } })).toMatchObject({ text: 'yes', reason: 'stop' });
  });

  test('a bias lets nothing in', async () => {
    const [no = 0] = tokenizer.encode([{ text: 'n', trusted: false }], { addSpecial: false });
    const sampling = { logitBias: { [no]: 100 }, topK: 1 };
    expect(await write(yes, 1, { sampling })).toMatchObject({ text: 'yes', reason: 'stop' });
  });

  test('a limit of tokens cuts it', async () => {
    expect(await write(yes, 1, { maxTokens: 2 })).toMatchObject({ reason: 'length' });
  });
});

test('a grammar without an end says so', async () => {
  const grammar: Grammar = { kind: 'ebnf', source: 'root ::= root', param: 'response_format.grammar' };
  await expect(write(grammar, 1)).rejects.toMatchObject({ code: 'invalid_grammar', param: 'response_format.grammar' });
});
