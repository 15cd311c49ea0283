import { answer, type Service } from './answer.ts';
import { answerHead } from './answer-head.ts';
import { requireCapability } from './capability.ts';
import { toTextChunks, toTextCompletion } from './completion-answer.ts';
import { completionRequest, refuseUnsupportedCompletion, toGenerateRequests } from './completion-request.ts';
import { readJsonBody } from './json-body.ts';
import { toTexts } from './text-list.ts';
import { validate } from './validate.ts';

/** Answers `POST /v1/completions`: continues texts as they stand, with no chat template around them. */
export async function completeText(service: Service, request: Request): Promise<Response> {
  const body = validate(completionRequest, await readJsonBody(request));
  refuseUnsupportedCompletion(body);
  return answer(service, request, body, ({ info }) => {
    requireCapability(info, 'completion');
    const form = {
      head: answerHead('cmpl-', info),
      choicesPerPrompt: body.n ?? 1,
      echoes: body.echo ? toTexts(body.prompt).map(String) : [],
      includeUsage: body.stream_options?.include_usage ?? false,
    };
    return {
      requests: toGenerateRequests(body, info),
      promptParam: 'prompt',
      toWhole: events => toTextCompletion(events, form),
      toEvents: events => toTextChunks(events, form),
    };
  });
}
