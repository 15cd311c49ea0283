import type { ModelInfo, PromptSegment } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { type ChatStyle, chatStyle, specialTokens } from './chat-style.ts';
import type { DescribedTool } from './formats/format.ts';
import { parseJson } from './formats/json-call.ts';
import type { Guard } from './guard.ts';
import { attempt, type ChatTemplate } from './template.ts';
import { fitMessages, offerTools, type TemplateCall, type TemplateMessage } from './tool-messages.ts';
import { type FunctionTool, isRecord, NO_PARAMETERS } from './tools.ts';

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
  /** Tools that the model shall know of. */
  readonly tools?: readonly FunctionTool[];
  /** Further variables for the template, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
}

/**
 * The prompt that asks the model for the next message. Control tokens can come from the template alone, and from what is
 * said in its stead, see {@link Guard}.
 *
 * @throws RequestError `chat_template_error` when the model's template is broken, refuses the messages, or runs too long.
 */
export function renderPrompt(model: ModelInfo, conversation: Conversation): PromptSegment[] {
  try {
    const style = chatStyle(model);
    return style.guard.segments(renderWith(model, style, conversation));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RequestError(`The model's chat template says: ${reason}`, 'chat_template_error', 'messages');
  }
}

function renderWith(model: ModelInfo, style: ChatStyle, conversation: Conversation): string {
  const { template } = style;
  const render = (inWords: boolean) => template.render(templateVariables(model, style, conversation, inWords));
  try {
    return render(false);
  } catch (error) {
    // Some templates know the simplest of schemas alone. What else is wrong with the conversation is so in words too.
    const told = conversation.tools && attempt(() => render(true));
    if (told !== undefined) return told;
    throw error;
  }
}

/**
 * As transformers' `apply_chat_template` names them. Whatever comes with the request is guarded.
 *
 * @param inWords leave the tools to no variable of the template
 */
function templateVariables(
  model: ModelInfo,
  style: ChatStyle,
  conversation: Conversation,
  inWords: boolean,
): Record<string, unknown> {
  const { guard, format } = style;
  const { variables = {}, tools } = conversation;
  let messages: readonly TemplateMessage[] = guardedMessages(conversation.messages, style);
  const isPlain = messages.every(({ role, tool_calls }) => /^(user|assistant)$/.test(role) && !tool_calls);
  if (tools || !isPlain) messages = fitMessages(messages, format, style.abilities());
  const offer =
    tools &&
    offerTools(
      messages,
      tools.map(tool => describeTool(tool, guard)),
      format,
      inWords ? { ...style.abilities(), tools: false } : style.abilities(),
    );
  return {
    ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, guard.protect(value)])),
    tools: null,
    messages,
    ...offer,
    documents: null,
    add_generation_prompt: true,
    ...specialTokens(model),
  };
}

function guardedMessages(messages: readonly ChatMessage[], { template, guard, format }: ChatStyle): TemplateMessage[] {
  // Most templates know no developer; OpenAI's API uses the role for what used to be the system's.
  const developer = template.texts.includes('developer') ? 'developer' : 'system';
  /** Of what was called last with an id: another answer may use it again. */
  const names = new Map<string, string>();
  return messages.map(({ role, content, tool_calls, tool_call_id, reasoning_content, ...message }) => {
    for (const call of tool_calls ?? []) names.set(call.id, call.function.name);
    const name = message.name ?? names.get(tool_call_id ?? '');
    // gpt-oss's template takes what is said before a call for a thought, and refuses two of them.
    const isThought = content && reasoning_content && tool_calls?.length && format.channels;
    const thought = isThought ? `${reasoning_content}\n\n${content}` : reasoning_content;
    return {
      role: role === 'developer' ? developer : role,
      // A message of nothing but thoughts, as one cut short, is empty: templates take null in front of calls alone.
      content: isThought || (content === null && tool_calls?.length) ? null : guard.text(content ?? ''),
      ...(name && { name: guard.text(name) }),
      ...(thought && thoughts(guard.text(thought), template)),
      ...(tool_calls?.length && { tool_calls: tool_calls.map(call => guardedCall(call, guard)) }),
      ...(tool_call_id && { tool_call_id: guard.text(tool_call_id) }),
    };
  });
}

/** Under the names that the template knows: a template that knows none has no place for them. */
function thoughts(text: string, template: ChatTemplate): Record<string, string> {
  const names = ['reasoning_content', 'reasoning', 'thinking', 'thought'].filter(name => template.names.has(name));
  return Object.fromEntries(names.map(name => [name, text]));
}

/** As templates expect it: every field there, and none that they do not know. */
function describeTool({ name, description, parameters }: FunctionTool, guard: Guard): DescribedTool {
  return {
    type: 'function',
    function: {
      name: guard.text(name),
      description: guard.text(description ?? ''),
      parameters: guard.protect({ ...NO_PARAMETERS, ...parameters }),
    },
  };
}

/**
 * Templates write arguments as JSON themselves, so they get the value rather than its text. Many can write objects alone:
 * arguments that are none, as those of a call that was cut off, stand in one.
 */
function guardedCall({ id, function: { name, arguments: json } }: ToolCall, guard: Guard): TemplateCall {
  const value = json.trim() === '' ? {} : parseJson(json);
  return {
    id: guard.text(id),
    type: 'function',
    function: { name: guard.text(name), arguments: guard.protect(isRecord(value) ? value : { arguments: json }) },
  };
}
