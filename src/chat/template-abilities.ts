import { attempt, type ChatTemplate, templateDeadline } from './template.ts';

/** What a template can say of tools. What it cannot is said in its stead. */
export interface TemplateAbilities {
  /** System messages. */
  readonly system: boolean;
  /** The variable `tools`. */
  readonly tools: boolean;
  /** Messages of the role `tool`. */
  readonly results: boolean;
  /** `tool_calls` of an assistant's message, and how they must be given. */
  readonly calls: CallAbility | undefined;
}

export interface CallAbility {
  /** What stands for the content where there is none. */
  readonly content: null | '';
  /** Templates that write JSON want values; those that do not, its text. */
  readonly arguments: 'value' | 'json';
  /** Mistral's take nine letters or digits. */
  readonly ids: 'any' | 'short';
  /** Whether a message may have more than one. */
  readonly several: boolean;
  /** Whether a message may have text too, which then comes before them. */
  readonly text: boolean;
}

/** How one call must be given. */
type Manner = Pick<CallAbility, 'content' | 'arguments' | 'ids'>;

/** Found in a rendering if the template has written it: no template says such words by itself. */
const WORDS = { name: 'probed_function', argument: 'probed-argument', text: 'probed-text' };
const USER = { role: 'user', content: 'x' };

const MANNERS: readonly Manner[] = (['any', 'short'] as const).flatMap(ids =>
  (['value', 'json'] as const).flatMap(form =>
    ([null, ''] as const).map(content => ({ content, arguments: form, ids })),
  ),
);

/**
 * Renders conversations that a template may or may not know, and looks for their words in what comes out. All of them
 * together have the time of one.
 *
 * @param tokens the template's `bos_token` and `eos_token`
 */
export function probeAbilities(template: ChatTemplate, tokens: Readonly<Record<string, string>>): TemplateAbilities {
  const deadline = templateDeadline();
  const render = (messages: readonly unknown[], tools: readonly unknown[] | null): string | undefined => {
    const variables = { ...tokens, messages, tools, documents: null, add_generation_prompt: true };
    return attempt(() => template.render(variables, deadline));
  };
  const says = (word: string, messages: readonly unknown[], tools: readonly unknown[] | null = null) => {
    return render(messages, tools)?.includes(word) ?? false;
  };

  const saysCalls = (manner: Manner, count: number) => {
    const names = Array.from({ length: count }, (_, index) => `${WORDS.name}_${index}`);
    const text = render([USER, callMessage(manner, names)], [describedTool()]);
    if (text === undefined || !text.includes(WORDS.argument) || !names.every(name => text.includes(name))) return false;
    return manner.content !== null || !/\b(?:None|null|undefined)\b/.test(text);
  };
  const saysText = (manner: Manner) => {
    const message = { ...callMessage(manner, [`${WORDS.name}_0`]), content: WORDS.text };
    const text = render([USER, message], null) ?? '';
    return text.includes(WORDS.text) && text.indexOf(WORDS.text) < text.indexOf(WORDS.name);
  };
  const manner = MANNERS.find(some => saysCalls(some, 1));
  const call = manner ? callMessage(manner, [WORDS.name]) : { role: 'assistant', content: 'x' };
  const result = { role: 'tool', content: WORDS.text, name: WORDS.name, tool_call_id: idOf(manner, 0) };

  return {
    system: says(WORDS.text, [{ role: 'system', content: WORDS.text }, USER]),
    tools: says(WORDS.name, [USER], [describedTool()]),
    results: says(WORDS.text, [USER, call, result]),
    calls: manner && { ...manner, several: saysCalls(manner, 2), text: saysText(manner) },
  };
}

function describedTool() {
  const parameters = { type: 'object', properties: { key: { type: 'string', description: 'x' } } };
  return { type: 'function', function: { name: WORDS.name, description: 'x', parameters } };
}

function callMessage(manner: Manner, names: readonly string[]) {
  const argument = { key: WORDS.argument };
  return {
    role: 'assistant',
    content: manner.content,
    tool_calls: names.map((name, index) => ({
      id: idOf(manner, index),
      type: 'function',
      function: { name, arguments: manner.arguments === 'value' ? argument : JSON.stringify(argument) },
    })),
  };
}

function idOf(manner: Manner | undefined, index: number): string {
  return manner?.ids === 'short' ? shortId(index) : `call_0123456789abcdef${index}`;
}

/** Nine digits. */
export function shortId(index: number): string {
  return String(index).padStart(9, '0');
}
