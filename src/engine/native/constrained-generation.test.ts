import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { randomSchema } from '../../../test/fixtures/random-schema.ts';
import { tinyModel, xorshift } from '../../../test/fixtures/tiny-model.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Grammar } from '../../grammar/grammar.ts';
import { Sampler } from '../../sampler/sampler.ts';
import { createTokenizer } from '../../tokenizer/tokenizer.ts';
import { Context, type LogitsModel } from './context.ts';
import { generateIds } from './generate-ids.ts';
import { LazyGrammars } from './lazy-grammars.ts';

const { metadata } = await readGguf(bytesSource(tinyModel()));
const tokenizer = createTokenizer(metadata);
const grammars = new LazyGrammars(tokenizer);
const never = new AbortController().signal;

const SAMPLING = {
  ...{ repetitionPenalty: 1, frequencyPenalty: 0, presencePenalty: 0, logitBias: {} },
  ...{ temperature: 1, topK: 0, topP: 1, minP: 0 },
};

/** What ends strings, arrays and objects: likelier, or a text of random tokens would hardly come to its end. */
const CLOSING = new Set(tokenizer.encode([{ text: '"}],:', trusted: false }], { addSpecial: false }));

/** Says anything, and nothing for a reason. */
class RandomModel implements LogitsModel {
  readonly contextLength = 10_000;
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = xorshift(seed);
  }

  async forward(): Promise<Float32Array> {
    const logits = new Float32Array(tokenizer.vocabularySize);
    for (let id = 0; id < logits.length; id++) logits[id] = this.#random() * 3 + (CLOSING.has(id) ? 3 : 0);
    for (const id of tokenizer.endIds) logits[id] = 5;
    return logits;
  }
}

async function write(grammar: Grammar, seed: number, sampling = {}, maxTokens = 400) {
  const context = new Context(new RandomModel(seed));
  const { logits } = await context.replace([0], never);
  const sampler = new Sampler({ ...SAMPLING, seed, ...sampling }, [], 0);
  const constraint = await grammars.matcher(grammar);
  try {
    const limits = { endIds: tokenizer.endIds, maxTokens, constraint };
    const ids = generateIds(context, logits, sampler, limits, never);
    const decoder = tokenizer.decoder();
    let text = '';
    let next = await ids.next();
    for (; !next.done; next = await ids.next()) text += decoder.push(next.value.id);
    return { text: text + decoder.flush(), reason: next.value };
  } finally {
    constraint.dispose();
  }
}

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

  test(`what is finished validates, for ${SCHEMAS} schemas`, { timeout: 180_000 }, async () => {
    const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
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
    expect(await write(yes, 1, { temperature: 0 })).toEqual({ text: 'yes', reason: 'stop' });
  });

  test('a bias lets nothing in', async () => {
    const [no = 0] = tokenizer.encode([{ text: 'n', trusted: false }], { addSpecial: false });
    expect(await write(yes, 1, { logitBias: { [no]: 100 }, topK: 1 })).toEqual({ text: 'yes', reason: 'stop' });
  });

  test('a limit of tokens cuts it', async () => {
    expect(await write(yes, 1, {}, 2)).toMatchObject({ reason: 'length' });
  });
});

test('a grammar without an end says so', async () => {
  const grammar: Grammar = { kind: 'ebnf', source: 'root ::= root', param: 'response_format.grammar' };
  await expect(write(grammar, 1)).rejects.toMatchObject({ code: 'invalid_grammar', param: 'response_format.grammar' });
});
