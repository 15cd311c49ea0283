import type { Engine, EngineProvider, GenerateRequest, TokenEvent } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { type EventFormat, eventStreamResponse } from './event-stream.ts';
import { wholeResponse } from './whole-response.ts';

/** What every request for text says, whichever endpoint it came to. */
export interface AnswerOptions {
  readonly model?: string | null | undefined;
  readonly stream?: boolean | null | undefined;
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

/** Generates an answer: as one JSON object, or as events with `stream` or when events are what the request accepts. */
export async function answer(
  provider: EngineProvider,
  request: Request,
  options: AnswerOptions,
  planFor: (engine: Engine) => AnswerPlan,
): Promise<Response> {
  const engine = await provider.open(options.model ?? undefined, request.signal);
  const plan = planFor(engine);
  const generate = (signal: AbortSignal) => generateAll(engine, plan, signal);
  return (options.stream ?? acceptsEvents(request))
    ? eventStreamResponse(signal => plan.toEvents(generate(signal)), request, plan.eventFormat)
    : wholeResponse(generate, events => plan.toWhole(events), request);
}

async function* generateAll(engine: Engine, plan: AnswerPlan, signal: AbortSignal): AsyncGenerator<TokenEvent> {
  let choicesBefore = 0;
  try {
    for (const request of plan.requests) {
      for await (const event of engine.generate(request, signal)) {
        yield { ...event, choice: choicesBefore + event.choice };
      }
      choicesBefore += request.choices;
    }
  } catch (error) {
    throw withPromptParam(error, plan.promptParam);
  }
}

/** What an engine finds wrong with a prompt; where that prompt was written it does not know. */
const PROMPT_ERRORS = new Set(['context_length_exceeded', 'empty_prompt', 'invalid_token_id']);

function withPromptParam(error: unknown, param: string): unknown {
  if (!(error instanceof RequestError) || !PROMPT_ERRORS.has(error.code)) return error;
  return new RequestError(error.message, error.code, param, error.status);
}

function acceptsEvents(request: Request): boolean {
  return request.headers.get('Accept')?.includes('text/event-stream') ?? false;
}
