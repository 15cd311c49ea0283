import type { PromptSegment } from '../engine/engine.ts';
import type { Channels, ReasoningMarks } from './formats/format.ts';
import type { MessagePart, MessageReader, ReadMessage } from './message-reader.ts';
import { anyText, type Format, optional, piece, sequence, tag } from './structural-tag.ts';
import type { ChatTemplate } from './template.ts';

const COMMON: ReasoningMarks = { open: '<think>', close: '</think>' };
/** Those of Magistral, Seed, Command A, Granite 3.2, and of models that were told so by their template. */
const KNOWN: readonly ReasoningMarks[] = [
  COMMON,
  { open: '[THINK]', close: '[/THINK]' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
  { open: 'Here is my thought process:', close: 'Here is my response:' },
  { open: '<reasoning>', close: '</reasoning>' },
];

/** Where an answer stands to its reasoning when the model begins to write. */
export interface ReasoningPlan {
  readonly marks: ReasoningMarks;
  /** `open`: the prompt ends within it. `closed`: the prompt ends behind it. `unknown`: the template says nothing of it. */
  readonly start: 'open' | 'optional' | 'closed' | 'unknown';
}

export function planReasoning(
  template: ChatTemplate,
  prompt: readonly PromptSegment[],
  channels: Channels | undefined,
): ReasoningPlan {
  if (channels) return { marks: channels.reasoning ?? COMMON, start: channels.reasoning ? 'optional' : 'closed' };
  const marks = KNOWN.find(({ close }) => template.says(close)) ?? COMMON;
  const end = (prompt.at(-1)?.text ?? '').trimEnd();
  if (end.endsWith(marks.open)) return { marks, start: 'open' };
  if (end.endsWith(marks.close)) return { marks, start: 'closed' };
  return { marks, start: template.says(marks.close) ? 'optional' : 'unknown' };
}

export function canReason({ start }: ReasoningPlan): boolean {
  return start === 'open' || start === 'optional';
}

/** A grammar that holds what follows the reasoning to `rest`, which stands in it once: what is in it may be large. */
export function behindReasoning(plan: ReasoningPlan, rest: Format): Format {
  const { marks, start } = plan;
  if (!canReason(plan)) return rest;
  const blanks = piece({ kind: 'regex', pattern: '[\\n ]{0,3}' });
  const reasoning = (open: string) => sequence(tag(open, anyText, marks.close), blanks);
  return sequence(start === 'open' ? reasoning('') : optional(reasoning(marks.open)), rest);
}

/** Reads reasoning, if there is any, and then the rest. */
export function readBehindReasoning({ marks, start }: ReasoningPlan, readRest: ReadMessage): ReadMessage {
  return function* read(source, message) {
    const blanks = start === 'open' ? '' : yield* source.blanks();
    if (start === 'open' || (yield* source.take(marks.open))) yield* source.until([marks.close], message.reasoning);
    else message.content(blanks);
    yield* readRest(source, message);
  };
}

/** The same message with its reasoning in its content, between the marks. */
export function inlineReasoning(reader: MessageReader): MessageReader {
  let isWithin = false;
  const toInline = (part: MessagePart): MessagePart[] => {
    if (part.type === 'tool-arguments' || (part.type === 'reasoning') === isWithin) {
      return [part.type === 'reasoning' ? { type: 'content', text: part.text } : part];
    }
    isWithin = !isWithin;
    if (part.type === 'reasoning') return [{ type: 'content', text: `${COMMON.open}\n${part.text}` }];
    return [{ type: 'content', text: `\n${COMMON.close}\n\n` }, part];
  };
  return {
    push: text => reader.push(text).flatMap(toInline),
    end: () => reader.end().flatMap(toInline),
    get isReasoning() {
      return reader.isReasoning;
    },
    get isBetween() {
      return reader.isBetween;
    },
  };
}
