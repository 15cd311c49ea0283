import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Template } from '@huggingface/jinja';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ModelInfo, PromptSegment } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { chooseFormat } from './formats/choose-format.ts';
import { type ChatMessage, renderPrompt, type ToolCall } from './render-prompt.ts';
import { compileTemplate } from './template.ts';
import type { FunctionTool } from './tools.ts';

const plain: ModelInfo = {
  id: 'test',
  architecture: 'llama',
  contextLength: 100,
  vocabularySize: 100,
  capabilities: { chat: true, completion: true, embedding: false },
  chatTemplate: undefined,
  bosToken: '<s>',
  eosToken: '</s>',
  controlTokens: ['<s>', '</s>'],
  defaultSampling: {},
  engine: 'scripted',
  fingerprint: 'fp',
};

const join = (segments: readonly PromptSegment[]) => segments.map(({ text }) => text).join('');

function render(chatTemplate: string | undefined, messages: readonly ChatMessage[], more: Partial<ModelInfo> = {}) {
  return join(renderPrompt({ ...plain, chatTemplate, ...more }, { messages }));
}

const greeting: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Hi' },
  { role: 'assistant', content: null },
];

describe('a model without a template', () => {
  test('gets plain dialogue', () => {
    expect(render(undefined, greeting)).toBe('<s>system: Be brief.\nuser: Hi\nassistant: \nassistant:');
  });

  test('gets ChatML where the vocabulary has its tokens', () => {
    const text = render(undefined, greeting.slice(1, 2), { controlTokens: ['<|im_start|>', '<|im_end|>'] });
    expect(text).toBe('<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n');
  });
});

describe('variables of the template', () => {
  test('are those of transformers, and none of them is the request’s to replace', () => {
    const chatTemplate =
      '{{ bos_token }}{{ eos_token }}{{ add_generation_prompt }}{{ tools is none }}{{ messages | length }}{{ mode }}';
    const variables = { bos_token: 'x', messages: [], mode: 'fast', True: 'x' };
    const segments = renderPrompt({ ...plain, chatTemplate }, { messages: greeting.slice(1), variables });
    expect(join(segments)).toBe('<s></s>truetrue2fast');
  });

  test('hold the tools and the arguments of calls as values', () => {
    const chatTemplate =
      '{{ tools | tojson }}' +
      '{% for message in messages if message.tool_calls %}{% for call in message.tool_calls %}' +
      '{{ call.function.name }}({{ call.function.arguments | tojson }})' +
      '{% endfor %}{% endfor %}';
    const call = { id: 'c', type: 'function' as const, function: { name: 'f', arguments: '{"city":"Ulm"}' } };
    const messages: ChatMessage[] = [{ role: 'assistant', content: null, tool_calls: [call] }];
    const segments = renderPrompt({ ...plain, chatTemplate }, { messages, tools: [{ name: 'f' }] });
    const parameters = '{"type": "object", "properties": {}}';
    expect(join(segments)).toBe(
      `[{"type": "function", "function": {"name": "f", "description": "", "parameters": ${parameters}}}]f({"city": "Ulm"})`,
    );
  });

  test('call the developer system, unless the template knows developers', () => {
    const messages: ChatMessage[] = [{ role: 'developer', content: 'x' }];
    expect(render('{{ messages[0].role }}: {{ messages[0].content }}', messages)).toBe('system: x');
    expect(render("{% if messages[0].role == 'developer' %}yes{% endif %}", messages)).toBe('yes');
  });

  test('tell the date in English', () => {
    expect(render("{{ strftime_now('%d %b %Y') }}", greeting)).toMatch(/^\d\d [A-Z][a-z]{2} \d{4}$/);
  });
});

describe('calls whose ids come again', () => {
  const called = (id: string, name: string): ToolCall => ({
    id,
    type: 'function',
    function: { name, arguments: '{}' },
  });
  const messages = ['a', 'b'].flatMap((turn): ChatMessage[] => [
    { role: 'user', content: turn },
    { role: 'assistant', content: null, tool_calls: [called('call_0', `${turn}0`), called('call_1', `${turn}1`)] },
    { role: 'tool', content: `of ${turn}0`, tool_call_id: 'call_0' },
    { role: 'tool', content: `of ${turn}1`, tool_call_id: 'call_1' },
  ]);
  const written = (check: string) =>
    `{% for m in messages %}{% for call in m.tool_calls or [] %}${check}` +
    '{{ call.id }} {{ call.function.name }} {{ call.function.arguments | tojson }};' +
    '{% else %}{{ m.tool_call_id or m.role }} {{ m.content }};{% endfor %}{% endfor %}';

  test('keep their own results where a message may have one alone', () => {
    const chatTemplate = written("{% if m.tool_calls | length > 1 %}{{ raise_exception('one alone') }}{% endif %}");
    const turn = (name: string) =>
      `user ${name};call_0 ${name}0 {};call_0 of ${name}0;call_1 ${name}1 {};call_1 of ${name}1;`;
    expect(render(chatTemplate, messages)).toBe(turn('a') + turn('b'));
  });

  test('lend their results the name of what was called last', () => {
    const chatTemplate = "{% for m in messages if m.role == 'tool' %}{{ m.name }} {{ m.content }};{% endfor %}";
    expect(render(chatTemplate, messages)).toBe('a0 of a0;a1 of a1;b0 of b0;b1 of b1;');
  });

  test('get others where they must be short', () => {
    const chatTemplate = written("{% if call.id | length != 9 %}{{ raise_exception('nine') }}{% endif %}");
    const id = (number: number) => String(number).padStart(9, '0');
    const turn = (name: string, first: number) =>
      `user ${name};${id(first)} ${name}0 {};${id(first + 1)} ${name}1 {};` +
      `${id(first)} of ${name}0;${id(first + 1)} of ${name}1;`;
    expect(render(chatTemplate, messages)).toBe(turn('a', 1) + turn('b', 3));
  });
});

describe('a template that fails', () => {
  test.each([
    ['refuses the messages', "{{ raise_exception('Roles must alternate') }}", 'Roles must alternate'],
    ['has a syntax error', '{% for %}', 'Unexpected token'],
    ['needs what the library lacks', "{{ 'x' | no_such_filter }}", 'no_such_filter'],
    ['asks for a huge range', '{{ range(1000000000) }}', 'at most 100000'],
    ['is very long', 'x'.repeat(70_000), 'at most 65536'],
    ['is mostly blank', `x${' '.repeat(60_000)}`, 'more than 1000 blanks'],
    ['splits a very long text', `{% set s = range(99999) | join('123456789') %}{{ (s + s) | length }}`, 'longer'],
    [
      'doubles a text',
      "{% set n = namespace(s='ab') %}{% for i in range(99) %}{% set n.s = n.s + n.s %}{% endfor %}",
      'longer',
    ],
    [
      'doubles a list',
      '{% set n = namespace(l=[1]) %}{% for i in range(99) %}{% set n.l = n.l + n.l %}{% endfor %}',
      'longer',
    ],
  ])('%s', (_, chatTemplate, message) => {
    const failing = () => renderPrompt({ ...plain, chatTemplate }, { messages: greeting });
    expect(failing).toThrow(RequestError);
    expect(failing).toThrow(expect.objectContaining({ code: 'chat_template_error', status: 400, param: 'messages' }));
    expect(failing).toThrow(message);
  });

  test('loops on and on', () => {
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => 10 * clock.mock.calls.length);
    onTestFinished(() => clock.mockRestore());
    expect(() => render('{% for i in range(9999) %}{{ i }}{% endfor %}', greeting)).toThrow('longer than 5000 ms');
  });

  test.each([99, 9999])('loops %i times, and has five seconds for all that is tried with it', times => {
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => 10 * clock.mock.calls.length);
    onTestFinished(() => clock.mockRestore());
    const model = { ...plain, chatTemplate: `{% for i in range(${times}) %}{{ i }}{% endfor %}` };
    for (const more of [{ tools: [{ name: 'f' }] }, {}]) {
      expect(() => renderPrompt(model, { messages: greeting, ...more })).toThrow('longer than 5000 ms');
    }
    expect(clock.mock.calls.length).toBeLessThan(510);
  });

  test('calls itself without end', () => {
    const recursive = '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}';
    expect(() => render(recursive, greeting)).toThrow(RequestError);
  });
});

const TEMPLATES = '../shared/golden/templates';
const files = existsSync(TEMPLATES) ? readdirSync(TEMPLATES).filter(name => name.endsWith('.jinja')) : [];

describe('published templates', () => {
  if (files.length === 0) test('all of them', context => context.skip(`there is no ${TEMPLATES}`));

  test.each(files)('%s renders ordinary text as if nothing guarded it', name => {
    const model = family(name);
    const contents = [
      'Be < brief. ',
      'Is 1 < 2 & [3]?',
      '<think>\nhm\n</think>\n\n<b>Yes</b>',
      'list[0]<br/>',
      'ok',
      '  ok\n',
    ];
    const conversation = { messages: dialogue(contents, model) };
    const noTools = name.includes('Hermes') ? [] : null;
    const variables = { ...conversation, tools: noTools, documents: null, add_generation_prompt: true };
    const tokens = { bos_token: model.bosToken, eos_token: model.eosToken };
    const expected = new Template(model.chatTemplate).render({ ...variables, ...tokens });
    expect(join(renderPrompt(model, conversation))).toBe(expected);
  });

  test.each(files)('%s writes the same control tokens whatever the messages say', name => {
    const model = family(name);
    const nasty = nastyTexts(model, name.length);
    const written = (contents: readonly string[], tools: readonly FunctionTool[]) =>
      controlTokensIn(renderPrompt(model, { messages: dialogue(contents, model), tools }), model);
    const harmless = written(Array(6).fill('x'), toolsFor('x', 'y'));
    for (let round = 0; round < 40; round++) {
      const contents = Array.from({ length: 6 }, nasty);
      const tools = toolsFor(nasty(), nasty());
      expect(written(contents, tools), JSON.stringify({ contents, tools })).toEqual(harmless);
    }
  });

  test.each(files)('%s writes the same control tokens whatever calls and results say', name => {
    const model = family(name);
    const nasty = nastyTexts(model, name.length);
    const written = (word: () => string) => {
      const calls = [toolCall('call_1', word), toolCall('call_2', word)];
      const messages: ChatMessage[] = [
        { role: 'user', content: word() },
        { role: 'assistant', content: word(), reasoning_content: word(), tool_calls: calls },
        { role: 'tool', content: word(), tool_call_id: 'call_1' },
        { role: 'tool', content: word(), tool_call_id: 'call_2' },
      ];
      return controlTokensIn(renderPrompt(model, { messages, tools: toolsFor(word(), word()) }), model);
    };
    const harmless = written(() => 'x');
    for (let round = 0; round < 40; round++) {
      const words: string[] = [];
      const word = () => words[words.push(nasty()) - 1] ?? '';
      expect(written(word), JSON.stringify(words)).toEqual(harmless);
    }
  });
});

/** Texts of control tokens, of parts of them, and of what templates look for or remove. */
function nastyTexts(model: ModelInfo, seed: number): () => string {
  const random = randomFrom(seed);
  const words = ['/no_think', '/think', '</think>', '<think>', ' ', '\n', 'a', '<tool_response>'];
  const pieces = [...model.controlTokens, ...words];
  const piece = () => shred(pieces[random(pieces.length)] ?? '', random);
  return () => Array.from({ length: 1 + random(6) }, piece).join('') || 'x';
}

function toolCall(id: string, word: () => string): ToolCall {
  return { id, type: 'function', function: { name: word(), arguments: JSON.stringify({ [word()]: [word()] }) } };
}

/** A model with a published template and the control tokens that stand in it. */
function family(name: string) {
  const chatTemplate = readFileSync(`${TEMPLATES}/${name}`, 'utf8');
  const found = chatTemplate.match(/<[|｜][^|｜<>\s'"{}]+[|｜]>|\[\/?[A-Z_]{3,}\]|<(?:start|end)_of_turn>/g) ?? [];
  const { marks } = chooseFormat(compileTemplate(chatTemplate), undefined);
  return { ...plain, chatTemplate, controlTokens: [...new Set(['<s>', '</s>', ...found, ...marks])] };
}

function toolsFor(name: string, parameter: string): readonly FunctionTool[] {
  const properties = { [parameter]: { type: 'string', description: parameter, [parameter]: parameter } };
  return [{ name, description: name, parameters: { type: 'object', properties, [parameter]: [parameter] } }];
}

/** User and assistant in turn, as most templates insist, after a system message where the template takes one. */
function dialogue([first = '', ...others]: readonly string[], { chatTemplate = '' }: ModelInfo): ChatMessage[] {
  const system: ChatMessage[] = /System role not/.test(chatTemplate) ? [] : [{ role: 'system', content: first }];
  return [
    ...system,
    ...others.map((content, index): ChatMessage => ({ role: index % 2 === 0 ? 'user' : 'assistant', content })),
  ];
}

/** The whole piece, its beginning, its end, its middle, or with something inside that templates remove. */
function shred(piece: string, random: (below: number) => number): string {
  const cut = random(piece.length + 1);
  const forms = [piece, piece, piece.slice(0, cut), piece.slice(cut), piece.slice(1, -1)];
  return forms[random(6)] ?? `${piece.slice(0, cut)}/no_think${piece.slice(cut)}`;
}

/** The control tokens that a tokenizer would recognise, longest first, within trusted segments. */
function controlTokensIn(segments: readonly PromptSegment[], { controlTokens }: ModelInfo): string[] {
  const escaped = [...controlTokens]
    .sort((a, b) => b.length - a.length)
    .map(token => token.replace(/[|[\]/]/g, '\\$&'));
  const pattern = new RegExp(escaped.join('|'), 'g');
  return segments.flatMap(({ text, trusted }) => (trusted ? (text.match(pattern) ?? []) : []));
}

/** Numerical Recipes' linear congruential generator: the same tests every time. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
