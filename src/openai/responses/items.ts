import * as z from 'zod/mini';
import { newId } from '../answer-head.ts';
import { type ChatRequestMessage, unknownCall } from '../chat-messages.ts';
import { refuseMedia } from '../media.ts';

const part = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['input_text', 'output_text']), text: z.string() }),
  z.object({ type: z.literal('refusal'), refusal: z.string() }),
  z.object({ type: z.enum(['input_image', 'input_audio', 'input_file']) }),
]);
type Part = z.infer<typeof part>;

const textOrParts = z.union([z.string(), z.array(part).check(z.minLength(1))]);
const id = z.nullish(z.string());

/** As a client writes it, or as an earlier response had it in its `output`. */
const message = z.object({
  type: z.optional(z.literal('message')),
  role: z.enum(['system', 'developer', 'user', 'assistant']),
  content: textOrParts,
  id,
});
const reasoning = z.object({
  type: z.literal('reasoning'),
  summary: z.nullish(z.array(z.object({ type: z.literal('summary_text'), text: z.string() }))),
  content: z.nullish(z.array(z.object({ type: z.literal('reasoning_text'), text: z.string() }))),
  id,
});
const functionCall = z.object({
  type: z.literal('function_call'),
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
  id,
});
const functionCallOutput = z.object({
  type: z.literal('function_call_output'),
  call_id: z.string(),
  output: textOrParts,
  id,
});

/** One of the things that a conversation with responses is made of. */
export const item = z.discriminatedUnion('type', [message, reasoning, functionCall, functionCallOutput]);

export type Item = z.infer<typeof item>;
type FunctionCall = z.infer<typeof functionCall>;

const ID_PREFIXES = { message: 'msg_', reasoning: 'rs_', function_call: 'fc_', function_call_output: 'fco_' };

/** The items of a request, with ids for those that have none: stored items can be listed. */
export function toItems(input: string | readonly Item[]): Item[] {
  const items: readonly Item[] = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  return items.map(item => ({ ...item, id: item.id ?? newId(ID_PREFIXES[item.type ?? 'message']) }));
}

/**
 * Refuses what no model here reads, and outputs of calls that nobody made.
 *
 * @param before the items of the conversation that goes on
 * @throws RequestError with the place in `input` as `param`.
 */
export function checkItems(before: readonly Item[], input: readonly Item[]): void {
  const made = new Set(before.flatMap(item => (item.type === 'function_call' ? [item.call_id] : [])));
  for (const [index, item] of input.entries()) {
    const place = `input[${index}]`;
    if (item.type === 'function_call') made.add(item.call_id);
    if (item.type === 'function_call_output') {
      if (!made.has(item.call_id)) throw unknownCall(item.call_id, made, `${place}.call_id`);
      refuseMedia(item.output, `${place}.output`);
    }
    if (isMessage(item)) refuseMedia(item.content, `${place}.content`);
  }
}

/** The conversation as chat messages: what was thought, said and called in one turn is one message there. */
export function toMessages(items: readonly Item[]): ChatRequestMessage[] {
  const messages: ChatRequestMessage[] = [];
  for (const item of items) {
    const last = messages.at(-1);
    const turn = last?.role === 'assistant' ? last : undefined;
    if (isMessage(item)) {
      const { role } = item;
      const content = toParts(item.content);
      // What was said behind calls stands before their results, as chat templates want it.
      if (role === 'assistant' && turn && (turn.content === null || turn.tool_calls)) {
        turn.content = [...asParts(turn.content ?? []), ...asParts(content)];
      } else messages.push({ role, content });
    } else if (item.type === 'reasoning') {
      messages.push({ role: 'assistant', content: null, reasoning_content: thought(item) });
    } else if (item.type === 'function_call') {
      if (turn) turn.tool_calls = [...(turn.tool_calls ?? []), toCall(item)];
      else messages.push({ role: 'assistant', content: null, tool_calls: [toCall(item)] });
    } else messages.push({ role: 'tool', tool_call_id: item.call_id, content: toParts(item.output) });
  }
  return messages;
}

function asParts<Part>(content: string | readonly Part[]): readonly (Part | { type: 'text'; text: string })[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function isMessage(item: Item): item is z.infer<typeof message> {
  return item.type === undefined || item.type === 'message';
}

function toCall({ call_id, name, arguments: json }: FunctionCall) {
  return { id: call_id, type: 'function' as const, function: { name, arguments: json } };
}

function thought({ content, summary }: z.infer<typeof reasoning>): string {
  return (content ?? summary ?? []).map(({ text }) => text).join('\n');
}

function toParts(content: string | readonly Part[]): string | { type: 'text'; text: string }[] {
  if (typeof content === 'string') return content;
  return content.map(part => {
    return { type: 'text', text: 'text' in part ? part.text : 'refusal' in part ? part.refusal : '' };
  });
}

/** An item as it is listed: with everything that OpenAI's has, and its content in parts. */
export function toListed(item: Item): object {
  const status = 'completed';
  if (item.type === 'reasoning') return { ...item, summary: item.summary ?? [], status };
  if (!isMessage(item)) return { ...item, status };
  const { id, role, content } = item;
  const parts: readonly Part[] = typeof content === 'string' ? [{ type: 'input_text', text: content }] : content;
  return { id, type: 'message', role, status, content: role === 'assistant' ? parts.map(toOutputPart) : parts };
}

function toOutputPart(part: Part): Part {
  return 'text' in part ? { type: 'output_text', text: part.text, ...{ annotations: [], logprobs: [] } } : part;
}
