import { logprobs } from '../../sampler/logprobs.ts';
import { Sampler } from '../../sampler/sampler.ts';
import type { Tokenizer, TokenOutput } from '../../tokenizer/tokenizer.ts';
import type { Embedding, Engine, GenerateRequest, ModelInfo, Prompt, TokenEvent, TokenLogprob } from '../engine.ts';
import { Context, type LogitsModel } from './context.ts';
import { type Constraint, type GeneratedId, generateIds } from './generate-ids.ts';
import { LazyGrammars } from './lazy-grammars.ts';
import { promptIds } from './prompt-ids.ts';
import { StopStrings } from './stop-strings.ts';
import { Turns } from './turns.ts';

/** A model that gives its memory back. */
export interface DisposableModel extends LogitsModel {
  /** The embedding of a text, after which nothing that was fed before is remembered. Not with every kind of model. */
  embed?(ids: readonly number[], signal: AbortSignal): Promise<Float32Array>;
  dispose(): void;
}

/** An engine around whatever gives logits. */
export class LogitsEngine implements Engine {
  readonly info: ModelInfo;
  readonly #model: DisposableModel;
  readonly #tokenizer: Tokenizer;
  #context: Context;
  readonly #turns = new Turns();
  readonly #grammars: LazyGrammars;

  constructor(model: DisposableModel, tokenizer: Tokenizer, info: ModelInfo) {
    this.#model = model;
    this.#tokenizer = tokenizer;
    this.#context = new Context(model);
    this.#grammars = new LazyGrammars(tokenizer);
    this.info = info;
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<TokenEvent, void> {
    const prompt = promptIds(request.prompt, this.#tokenizer, { ...this.info, answer: true });
    const endTurn = await this.#turns.take(signal);
    try {
      for (let choice = 0; choice < request.choices; choice++) {
        const matcher = request.grammar && (await this.#grammars.matcher(request.grammar, request.keep));
        try {
          yield* this.#choice(request, prompt, { choice, constraint: matcher }, signal);
        } finally {
          matcher?.dispose();
        }
      }
    } finally {
      endTurn();
    }
  }

  async *#choice(
    request: GenerateRequest,
    prompt: readonly number[],
    { choice, constraint }: { choice: number; constraint: Constraint | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<TokenEvent, void> {
    const { logits, reused } = await this.#context.replace(prompt, signal);
    const sampler = new Sampler(request.sampling, prompt, choice);
    const limits = {
      endIds: request.ignoreEos && !constraint ? new Set<number>() : this.#tokenizer.endIds,
      maxTokens: request.maxTokens ?? Number.POSITIVE_INFINITY,
      constraint,
      everyLogits: request.topLogprobs !== undefined,
    };
    const output = this.#tokenizer.keeping(request.keep ?? []);
    const decoder = output.decoder();
    const stops = new StopStrings(request.stop);
    const ids = generateIds(this.#context, logits, sampler, limits, signal);
    let completionTokens = 0;
    let stopped = false;
    let next = await ids.next();
    while (!next.done) {
      completionTokens++;
      const { text, stopped: found } = stops.push(decoder.push(next.value.id));
      yield { type: 'token', choice, id: next.value.id, text, ...toLogprobs(next.value, request.topLogprobs, output) };
      stopped = found;
      if (stopped) break;
      next = await ids.next();
    }
    const rest = stopped ? { text: '', stopped } : stops.push(decoder.flush());
    yield {
      type: 'finish',
      choice,
      reason: stopped || rest.stopped || !next.done ? 'stop' : next.value,
      text: rest.text + stops.flush(),
      usage: { promptTokens: prompt.length, cachedTokens: reused, completionTokens },
    };
  }

  /** Asked for where the model's capabilities say so. */
  async embed(inputs: readonly Prompt[], signal: AbortSignal): Promise<Embedding[]> {
    const texts = inputs.map(input => promptIds(input, this.#tokenizer, { ...this.info, answer: false }));
    const endTurn = await this.#turns.take(signal);
    try {
      // What the model remembers will be of these texts.
      this.#context = new Context(this.#model);
      const embeddings: Embedding[] = [];
      for (const ids of texts) {
        const vector = await this.#model.embed?.(ids, signal);
        if (vector) embeddings.push({ vector, tokens: ids.length });
      }
      return embeddings;
    } finally {
      endTurn();
    }
  }

  async dispose(): Promise<void> {
    await this.#grammars.dispose();
    this.#model.dispose();
  }
}

function toLogprobs({ id, logits }: GeneratedId, top: number | undefined, output: TokenOutput) {
  if (top === undefined || !logits) return {};
  const { drawn, top: likeliest } = logprobs(logits, id, top);
  const describe = (of: { id: number; logprob: number }): TokenLogprob => {
    const bytes = output.bytes(of.id);
    return { token: new TextDecoder().decode(bytes), bytes: [...bytes], logprob: of.logprob };
  };
  return { logprob: describe(drawn), topLogprobs: likeliest.map(describe) };
}
