import type { Engine, EngineProvider, GenerateRequest, TokenEvent } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { type EventFormat, eventStreamResponse, onAbort } from './event-stream.ts';
import type { Queue, Turn } from './queue.ts';
import { wholeResponse } from './whole-response.ts';

/** What every request for text says, whichever endpoint it came to. */
export interface AnswerOptions {
  readonly model?: string | null | undefined;
  readonly stream?: boolean | null | undefined;
  /** In seconds. */
  readonly timeout?: number | null | undefined;
}

/** A request that has this header gets the head of a whole answer early, see {@link wholeResponse}. */
export const HEAD_AT_ONCE = 'Ingle-Head-At-Once';

/** A header of every answer: which engine has given it, or which upstream. */
export const ENGINE_HEADER = 'X-Ingle-Engine';

/** Where requests find engines, and wait for them. */
export interface Service {
  readonly provider: EngineProvider;
  readonly queue: Queue;
}

/** How one endpoint has its answer generated and written down. */
export interface AnswerPlan {
  /** One for each prompt. They run one after the other; choices count on from prompt to prompt. */
  readonly requests: readonly GenerateRequest[];
  /** Where the prompt stands in the request, for errors that are about it. */
  readonly promptParam: string;
  toWhole(events: AsyncIterable<TokenEvent>): Promise<unknown>;
  toEvents(events: AsyncIterable<TokenEvent>): AsyncGenerator<unknown>;
  /** Chunks and `[DONE]`, when absent. */
  readonly eventFormat?: EventFormat;
}

/**
 * Generates an answer: as one JSON object, or as events with `stream` or when events are what the request accepts.
 *
 * @throws RequestError 429 `rate_limit_exceeded`, 408 `timeout`, and what loading and generating throw.
 */
export async function answer(
  { provider, queue }: Service,
  request: Request,
  { model, stream, timeout }: AnswerOptions,
  planFor: (engine: Engine) => AnswerPlan,
): Promise<Response> {
  const turn = queue.enter(timeout);
  try {
    const engine = await provider.open(model ?? undefined, turn.limit(request.signal));
    const plan = planFor(engine);
    const generate = (signal: AbortSignal) => generateAll(engine, plan, turn, turn.limit(signal));
    const response = await ((stream ?? acceptsEvents(request))
      ? eventStreamResponse(signal => plan.toEvents(generate(signal)), request, plan.eventFormat)
      : wholeResponse(generate, events => plan.toWhole(events), request, {
          // With a time limit it could not say 408 any more.
          headAtOnce: request.headers.has(HEAD_AT_ONCE) && typeof timeout !== 'number',
        }));
    response.headers.set(ENGINE_HEADER, engine.info.engine);
    return response;
  } catch (error) {
    turn.end();
    throw error;
  }
}

async function* generateAll(
  engine: Engine,
  { requests, promptParam }: AnswerPlan,
  turn: Turn,
  signal: AbortSignal,
): AsyncGenerator<TokenEvent> {
  let choicesBefore = 0;
  try {
    for (const request of requests) {
      for await (const event of closing(engine.generate(request, signal), signal)) {
        yield { ...event, choice: choicesBefore + event.choice };
      }
      choicesBefore += request.choices;
    }
  } catch (error) {
    throw withPromptParam(error, promptParam);
  } finally {
    turn.end();
  }
}

/** Frees the engine on abort even while nobody asks for the next event: a generator at rest hears no signal. */
async function* closing<Event>(events: AsyncIterable<Event>, signal: AbortSignal): AsyncGenerator<Event> {
  const iterator = events[Symbol.asyncIterator]();
  onAbort(signal, () => void iterator.return?.().catch(() => {})); // whoever asks next learns of it below
  yield* { [Symbol.asyncIterator]: () => iterator };
  signal.throwIfAborted();
}

/** What an engine finds wrong with a prompt; where that prompt was written it does not know. */
const PROMPT_ERRORS = new Set(['context_length_exceeded', 'empty_prompt', 'invalid_token_id']);

export function withPromptParam(error: unknown, param: string): unknown {
  if (!(error instanceof RequestError) || !PROMPT_ERRORS.has(error.code)) return error;
  return new RequestError(error.message, error.code, param, error.status);
}

export function acceptsEvents(request: Request): boolean {
  return request.headers.get('Accept')?.includes('text/event-stream') ?? false;
}
