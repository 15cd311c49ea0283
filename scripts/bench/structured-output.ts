import { Context } from '../../src/engine/logits/context.ts';
import { type Constraint, generateIds } from '../../src/engine/logits/generate-ids.ts';
import { LazyGrammars } from '../../src/engine/logits/lazy-grammars.ts';
import type { Grammar } from '../../src/grammar/grammar.ts';
import type { Matcher } from '../../src/grammar/matcher.ts';
import { Sampler } from '../../src/sampler/sampler.ts';
import type { Benchmark, BenchmarkedModel, Row } from '../bench.ts';

const PERSON = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 40 },
    born: { type: 'string', format: 'date' },
    height: { type: 'number', minimum: 0, maximum: 3 },
    eyes: { enum: ['blue', 'brown', 'green', 'grey'] },
    languages: { type: 'array', items: { type: 'string' }, maxItems: 5 },
  },
  required: ['name', 'born', 'height', 'eyes', 'languages'],
  additionalProperties: false,
};
const GRAMMARS: Readonly<Record<string, Grammar>> = {
  json_object: { kind: 'json' },
  json_schema: { kind: 'json-schema', schema: PERSON },
};

const PROMPT = 'Tell me of a person, in JSON.';
const MAX_TOKENS = 96;
const ROUNDS = 12;
const SAMPLING = {
  ...{ repetitionPenalty: 1, frequencyPenalty: 0, presencePenalty: 0, logitBias: {} },
  ...{ temperature: 1, topK: 0, topP: 0.95, minP: 0 },
};

/** What a grammar costs while decoding: each output beside a free one of the same length, in turns. */
export const structuredOutput: Benchmark = async model => {
  const grammars = new LazyGrammars(model.tokenizer);
  try {
    const rows: Record<string, Row> = {};
    for (const [name, grammar] of Object.entries(GRAMMARS)) rows[name] = await compare(model, grammars, grammar);
    return rows;
  } finally {
    await grammars.dispose();
  }
};

/** Tokens, steps of the model, and milliseconds: of all, and of the grammar's part. */
interface Cost {
  tokens: number;
  steps: number;
  all: number;
  grammar: number;
}

const NOTHING: Readonly<Cost> = { tokens: 0, steps: 0, all: 0, grammar: 0 };

async function compare(model: BenchmarkedModel, grammars: LazyGrammars, grammar: Grammar): Promise<Row> {
  const [held, free]: [Cost, Cost] = [{ ...NOTHING }, { ...NOTHING }];
  const speeds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const matcher = await grammars.matcher(grammar);
    const written = await write(model, round, MAX_TOKENS, matcher);
    matcher.dispose();
    const freely = await write(model, round, written.tokens);
    if (round === 0) continue; // everything is slower the first time
    add(held, written);
    add(free, freely);
    speeds.push(freely.all / written.all);
  }
  return {
    tokens: held.tokens,
    'steps saved': percent(1 - held.steps / held.tokens),
    'ms/token': (held.all / held.tokens).toFixed(2),
    'free, ms/token': (free.all / free.tokens).toFixed(2),
    'speed, of free': percent(median(speeds)),
    'masks, of time': percent(held.grammar / held.all),
  };
}

async function write(model: BenchmarkedModel, seed: number, maxTokens: number, matcher?: Matcher): Promise<Cost> {
  const cost: Cost = { ...NOTHING };
  const context = new Context({
    contextLength: model.contextLength,
    forward: (ids, position, signal) => {
      cost.steps++;
      return model.forward(ids, position, signal);
    },
  });
  const { signal } = new AbortController();
  const prompt = model.tokenizer.encode([{ text: PROMPT, trusted: true }], { addSpecial: true });
  const { logits } = await context.replace(prompt, signal);
  const endIds = matcher ? model.tokenizer.endIds : new Set<number>();
  const limits = { endIds, maxTokens, constraint: matcher && timed(matcher, cost) };
  cost.steps = 0;
  const start = performance.now();
  const ids = generateIds(context, logits, new Sampler({ ...SAMPLING, seed }, prompt, 0), limits, signal);
  while (!(await ids.next()).done) cost.tokens++;
  cost.all = performance.now() - start;
  return cost;
}

/** Adds the time that the matcher takes: its work is synchronous, behind promises that are kept at once. */
function timed(matcher: Matcher, cost: Cost): Constraint {
  const spend = async <Result>(work: () => Result | Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work();
    cost.grammar += performance.now() - start;
    return result;
  };
  return {
    fillMask: () => spend(() => matcher.fillMask()),
    forcedId: () => spend(() => matcher.forcedId()),
    accept: id => {
      const start = performance.now();
      const taken = matcher.accept(id);
      cost.grammar += performance.now() - start;
      return taken;
    },
  };
}

function add(sum: Cost, { tokens, steps, all, grammar }: Cost): void {
  sum.tokens += tokens;
  sum.steps += steps;
  sum.all += all;
  sum.grammar += grammar;
}

/** Of the rounds, so that one which something else on the machine slowed down does not count. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
