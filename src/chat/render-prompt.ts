import type { ModelInfo, PromptSegment } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { createGuard, type Guard } from './guard.ts';
import { type ChatTemplate, compileTemplate } from './template.ts';

/** A message as chat templates know it: OpenAI's, with the content as one text. */
export interface ChatMessage {
  readonly role: 'system' | 'developer' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly name?: string | null | undefined;
  /** What the assistant thought before it said so; most templates leave it out of all turns but the last. */
  readonly reasoning_content?: string | null | undefined;
  readonly tool_calls?: readonly ToolCall[] | null | undefined;
  readonly tool_call_id?: string | null | undefined;
}

export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` as JSON. */
  readonly function: { readonly name: string; readonly arguments: string };
}

export interface Conversation {
  readonly messages: readonly ChatMessage[];
  /** Tools that the model shall know of, as OpenAI's API describes them. */
  readonly tools?: readonly unknown[];
  /** Further variables for the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * The prompt that asks the model for the next message. Control tokens can come from the template alone, see {@link Guard}.
 *
 * @throws RequestError `chat_template_error` when the model's template is broken, refuses the messages, or runs too long.
 */
export function renderPrompt(model: ModelInfo, conversation: Conversation): PromptSegment[] {
  return explained(() => {
    const { template, guard } = compiled(model);
    return guard.segments(template.render(templateVariables(model, template, guard, conversation)));
  });
}

function explained<Result>(useTemplate: () => Result): Result {
  try {
    return useTemplate();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RequestError(`The model's chat template says: ${reason}`, 'chat_template_error', 'messages');
  }
}

/** For files without a template, with the tokens that such a model was trained on, or else as plain dialogue. */
const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + (message.content or '') + '<|im_end|>\\n' }}{% endfor %}" +
  "{{ '<|im_start|>assistant\\n' }}";
const DIALOGUE =
  "{{ bos_token }}{% for message in messages %}{{ message.role + ': ' + (message.content or '') + '\\n' }}{% endfor %}" +
  "{{ 'assistant:' }}";

/** The model's template, or the one that stands in for it. */
export function templateOf(model: ModelInfo): ChatTemplate {
  return explained(() => compiled(model).template);
}

const cache = new WeakMap<ModelInfo, { template: ChatTemplate; guard: Guard }>();

function compiled(model: ModelInfo): { template: ChatTemplate; guard: Guard } {
  let entry = cache.get(model);
  if (!entry) {
    const fallback = model.controlTokens.includes('<|im_start|>') ? CHATML : DIALOGUE;
    const template = compileTemplate(model.chatTemplate ?? fallback);
    const writes = [...template.texts, model.bosToken, model.eosToken];
    entry = { template, guard: createGuard(model.controlTokens, writes) };
    cache.set(model, entry);
  }
  return entry;
}

/** As transformers' `apply_chat_template` names them. Whatever comes with the request is guarded. */
function templateVariables(
  model: ModelInfo,
  template: ChatTemplate,
  guard: Guard,
  { messages, tools, variables = {} }: Conversation,
): Record<string, unknown> {
  // Most templates know no developer; OpenAI's API uses the role for what used to be the system's.
  const developer = template.texts.includes('developer') ? 'developer' : 'system';
  return {
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, guard.protect(value)])),
    messages: messages.map(({ role, content, name, reasoning_content, tool_calls, tool_call_id }) => ({
      role: role === 'developer' ? developer : role,
      content: guard.protect(content),
      ...(name && { name: guard.protect(name) }),
      ...(reasoning_content && { reasoning_content: guard.protect(reasoning_content) }),
      ...(tool_calls && { tool_calls: tool_calls.map(call => protectCall(call, guard)) }),
      ...(tool_call_id && { tool_call_id: guard.protect(tool_call_id) }),
    })),
    tools: tools ? tools.map(guard.protect) : null,
    documents: null,
    add_generation_prompt: true,
    bos_token: model.bosToken,
    eos_token: model.eosToken,
  };
}

/** Templates write arguments as JSON themselves, so they get the value rather than its text. */
function protectCall({ id, function: { name, arguments: json } }: ToolCall, guard: Guard) {
  return {
    id: guard.protect(id),
    type: 'function',
    function: { name: guard.protect(name), arguments: guard.protect(parseArguments(json)) },
  };
}

function parseArguments(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json; // what a model wrote need not be JSON
  }
}
