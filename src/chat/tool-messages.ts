import type { DescribedTool, ToolFormat, ToolOffer } from './formats/format.ts';
import { toJson } from './formats/json-call.ts';
import { type CallAbility, shortId, type TemplateAbilities } from './template-abilities.ts';

/** A message as the template gets it, its texts guarded. */
export interface TemplateMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly TemplateCall[];
  readonly tool_call_id?: string;
  readonly [field: string]: unknown;
}

export interface TemplateCall {
  readonly id: string;
  readonly type: 'function';
  /** `arguments` as a value. */
  readonly function: { readonly name: string; readonly arguments: unknown };
}

/**
 * A conversation as the template can say it. What it has no words for becomes text: calls as the format writes them,
 * results as the user's, and what the system says in front of what the user does.
 */
export function fitMessages(
  messages: readonly TemplateMessage[],
  format: ToolFormat,
  { system, calls, results }: TemplateAbilities,
): TemplateMessage[] {
  const said = (system ? messages : systemOfUser(messages)).map(message => {
    if (!message.tool_calls) return message;
    return calls ? message : writtenCalls(message, format);
  });
  const told = results ? said : resultsOfUser(said);
  if (!calls) return told;
  const apart = calls.several ? told : withResults(told).flatMap(oneCallEach);
  return shortened(apart, calls).map(message => givenCalls(message, calls));
}

/** Messages and the variable `tools` that tell the model of the tools, in the family's own way or in general terms. */
export function offerTools(
  messages: readonly TemplateMessage[],
  tools: readonly DescribedTool[],
  format: ToolFormat,
  abilities: TemplateAbilities,
): { messages: readonly TemplateMessage[]; tools: readonly DescribedTool[] | null } {
  if (format.offer) {
    const offer = format.offer(tools);
    return { messages: offered(messages, offer, abilities), tools: null };
  }
  if (abilities.tools) return { messages, tools };
  return { messages: offered(messages, { text: offerInWords(tools, format) }, abilities), tools: null };
}

/** What tells a model of tools whose template does not. */
function offerInWords(tools: readonly DescribedTool[], format: ToolFormat): string {
  const example = format.write([{ name: 'function_name', arguments: { parameter: 'value' } }]);
  return [
    '# Tools',
    'You may call functions to answer the user. These are there, described in JSON:',
    `<tools>\n${tools.map(toJson).join('\n')}\n</tools>`,
    'To call a function, write its name and its arguments in exactly this form:',
    example,
    'You will be told the result. When no function is of use, answer in plain words.',
  ].join('\n');
}

function offered(
  messages: readonly TemplateMessage[],
  { text, fields }: ToolOffer,
  { system }: TemplateAbilities,
): TemplateMessage[] {
  const role = system ? 'system' : 'user';
  const index = messages.findIndex(message => message.role === role);
  const message = messages[index];
  if (!message) return [{ role, content: text ?? '', ...fields }, ...messages];
  const parts = system ? [message.content, text] : [text, message.content];
  const content = parts.filter(part => part).join('\n\n');
  return messages.with(index, { ...message, content, ...fields });
}

function writtenCalls({ tool_calls = [], ...message }: TemplateMessage, format: ToolFormat): TemplateMessage {
  const calls = format.write(tool_calls.map(call => call.function));
  return { ...message, content: message.content ? `${message.content}\n${calls}` : calls };
}

/** What is said behind the user's last message becomes another. */
function systemOfUser(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const told: TemplateMessage[] = [];
  let said: (string | null)[] = [];
  for (const message of messages) {
    if (message.role === 'system') said.push(message.content);
    else if (message.role === 'user') {
      told.push({ ...message, content: [...said, message.content].join('\n\n') });
      said = [];
    } else told.push(message);
  }
  return said.length === 0 ? told : [...told, { role: 'user', content: said.join('\n\n') }];
}

/** Results in a row are one message: many templates want user and assistant in turn. */
function resultsOfUser(messages: readonly TemplateMessage[]): TemplateMessage[] {
  const told: TemplateMessage[] = [];
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'tool') {
      told.push(message);
      continue;
    }
    const text = `<tool_response>\n${message.content ?? ''}\n</tool_response>`;
    const last = messages[index - 1]?.role === 'tool' ? told.pop() : undefined;
    told.push({ role: 'user', content: last ? `${last.content}\n${text}` : text });
  }
  return told;
}

/** Every message with the results that come right behind it: another answer may use the ids of its calls again. */
function withResults(messages: readonly TemplateMessage[]): TemplateMessage[][] {
  const turns: TemplateMessage[][] = [];
  for (const message of messages) {
    const turn = turns.at(-1);
    if (turn && message.tool_call_id !== undefined) turn.push(message);
    else turns.push([message]);
  }
  return turns;
}

/** For a message of several calls one each, the call's result behind it. */
function oneCallEach(turn: readonly TemplateMessage[]): readonly TemplateMessage[] {
  const [message, ...results] = turn;
  const calls = message?.tool_calls ?? [];
  if (!message || calls.length < 2) return turn;
  return [
    ...calls.flatMap((call, index) => [
      { ...(index === 0 ? message : { role: message.role, content: null }), tool_calls: [call] },
      ...results.filter(result => result.tool_call_id === call.id),
    ]),
    ...results.filter(result => !calls.some(call => call.id === result.tool_call_id)),
  ];
}

/** A result is that of the latest call with its id. */
function shortened(messages: readonly TemplateMessage[], { ids }: CallAbility): readonly TemplateMessage[] {
  if (ids === 'any') return messages;
  const latest = new Map<string, string>();
  let count = 0;
  return messages.map(message => {
    for (const { id } of message.tool_calls ?? []) latest.set(id, shortId(++count));
    const short = (id: string) => latest.get(id) ?? shortId(0);
    return {
      ...message,
      ...(message.tool_calls && { tool_calls: message.tool_calls.map(call => ({ ...call, id: short(call.id) })) }),
      ...(message.tool_call_id !== undefined && { tool_call_id: short(message.tool_call_id) }),
    };
  });
}

function givenCalls(message: TemplateMessage, ability: CallAbility): TemplateMessage {
  if (!message.tool_calls) return message;
  const given = (value: unknown) => (ability.arguments === 'value' ? value : toJson(value));
  return {
    ...message,
    content: (ability.text && message.content) || ability.content,
    tool_calls: message.tool_calls.map(call => ({
      ...call,
      function: { ...call.function, arguments: given(call.function.arguments) },
    })),
  };
}
