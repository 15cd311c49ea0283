import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../../test/fixtures/bytes-source.ts';
import { randomSchema } from '../../../test/fixtures/random-schema.ts';
import { tinyModel, xorshift } from '../../../test/fixtures/tiny-model.ts';
import { readGguf } from '../../gguf/read-gguf.ts';
import type { Grammar } from '../../grammar/grammar.ts';
import { Sampler } from '../../sampler/sampler.ts';
import type { Sampling } from '../../sampler/sampling.ts';
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

/** Says anything, and nothing for a reason; the same behind the same ids, however they were fed. */
class RandomModel implements LogitsModel {
  readonly contextLength = 10_000;
  readonly #states: number[];
  steps = 0;

  constructor(seed: number) {
    this.#states = [seed];
  }

  async forward(ids: readonly number[], position: number): Promise<Float32Array> {
    this.steps++;
    this.#states.length = position + 1;
    for (const id of ids) this.#states.push(Math.imul((this.#states.at(-1) ?? 0) ^ (id + 1), 0x9e3779b1) >>> 0);
    const random = xorshift((this.#states.at(-1) ?? 0) || 1);
    const logits = new Float32Array(tokenizer.vocabularySize);
    for (let id = 0; id < logits.length; id++) logits[id] = random() * 3 + (CLOSING.has(id) ? 3 : 0);
    for (const id of tokenizer.endIds) logits[id] = 5;
    return logits;
  }
}

interface Writing {
  readonly sampling?: Partial<Sampling>;
  readonly maxTokens?: number;
  readonly everyLogits?: boolean;
}

async function write(
  grammar: Grammar,
  seed: number,
  { sampling = {}, maxTokens = 400, everyLogits = false }: Writing = {},
) {
  const model = new RandomModel(seed);
  const context = new Context(model);
  const { logits } = await context.replace([0], never);
  const sampler = new Sampler({ ...SAMPLING, seed, ...sampling }, [], 0);
  const constraint = await grammars.matcher(grammar);
  try {
    const limits = { endIds: tokenizer.endIds, maxTokens, constraint, everyLogits };
    const generator = generateIds(context, logits, sampler, limits, never);
    const decoder = tokenizer.decoder();
    const ids: number[] = [];
    let text = '';
    let next = await generator.next();
    for (; !next.done; next = await generator.next()) {
      ids.push(next.value.id);
      text += decoder.push(next.value.id);
    }
    return { text: text + decoder.flush(), reason: next.value, ids, steps: model.steps };
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

describe('forced tokens are not waited for', () => {
  const PENALTIES = { repetitionPenalty: 1.1, frequencyPenalty: 0.3, presencePenalty: 0.2 };

  test('and the ids are those of one step each, for random schemas', { timeout: 60_000 }, async () => {
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
