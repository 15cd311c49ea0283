import { RequestError } from '../../errors.ts';
import { type MessageWriter, readText } from '../message-reader.ts';
import { anyText, either, type Format, nothing, optional, piece, sequence, tag, text } from '../structural-tag.ts';
import type { Reading, TextSource } from '../text-source.ts';
import { type FunctionTool, isRecord } from '../tools.ts';
import type { CallableFunction, ToolFormat, WrittenCall } from './format.ts';
import { parseJson, toJson } from './json-call.ts';
import { taggedCalls } from './tagged-calls.ts';

const OPEN = '<tool_call>';
const CLOSE = '</tool_call>';
const FUNCTION = '<function=';
const FUNCTION_END = '</function>';
const PARAMETER = '<parameter=';
const PARAMETER_END = '</parameter>';

/**
 * Qwen3-Coder: an XML-like tag for each argument. Texts stand in it as they are; values of other types, and texts that
 * must fit a pattern or a length, as JSON.
 *
 * Source: https://huggingface.co/Qwen/Qwen3-Coder-30B-A3B-Instruct/blob/main/chat_template.jinja
 */
export const qwenCoder: ToolFormat = {
  name: 'qwen-coder',
  fits: template => template.says(FUNCTION) && template.says(PARAMETER),
  marks: [OPEN, CLOSE],
  write: calls => calls.map(writeCall).join('\n'),
  ...taggedCalls(
    OPEN,
    tool => tag(`${OPEN}\n${FUNCTION}${tool.name}>\n`, parametersFormat(tool), `${FUNCTION_END}\n${CLOSE}`),
    '\n',
  ),
  *read(source, message, tools) {
    for (;;) {
      const mark = yield* readText(source, message, [OPEN, FUNCTION], [CLOSE]);
      if (mark === undefined) return;
      if (mark === OPEN) yield* source.blanks();
      // Models leave the outer tag out at times.
      if (mark === OPEN && !(yield* source.skip(FUNCTION))) continue;
      yield* readFunction(source, message, tools);
      yield* source.blanks();
      yield* source.skip(CLOSE);
    }
  },
};

function writeCall({ name, arguments: value }: WrittenCall): string {
  const parameters = Object.entries(isRecord(value) ? value : {}).map(([key, argument]) => {
    const written = typeof argument === 'string' ? argument : toJson(argument);
    return `${PARAMETER}${key}>\n${written}\n${PARAMETER_END}\n`;
  });
  return `${OPEN}\n${FUNCTION}${name}>\n${parameters.join('')}${FUNCTION_END}\n${CLOSE}`;
}

/** Keywords that hold an object as a whole, which is not written as one here. */
const OF_THE_WHOLE = [
  ...['allOf', 'anyOf', 'oneOf', 'not', 'if', '$ref', 'dependentRequired', 'dependentSchemas'],
  ...['minProperties', 'maxProperties', 'patternProperties', 'propertyNames'],
];

/** The declared parameters in their order, those that are not required or not. */
function parametersFormat({ arguments: { schema, strict, param } }: CallableFunction): Format {
  const { properties, required, definitions, $defs, ...others } = isRecord(schema) ? schema : {};
  const unheld = strict && OF_THE_WHOLE.find(keyword => keyword in others);
  if (unheld) {
    const message = `Invalid JSON schema at ${unheld}: this model writes each parameter by itself; send strict: false.`;
    throw new RequestError(message, 'invalid_json_schema', [param, unheld].filter(Boolean).join('.'));
  }
  const names = Array.isArray(required) ? required : [];
  const parameters = Object.entries(isRecord(properties) ? properties : {}).map(([name, property]) => {
    const value = valueFormat(property, {
      schema: { ...(isRecord(property) ? property : {}), definitions, $defs },
      ...(strict !== undefined && { strict }),
      ...(param !== undefined && { param: `${param}.properties.${name}` }),
    });
    const parameter = tag(`${PARAMETER}${name}>\n`, value, `\n${PARAMETER_END}\n`);
    return names.includes(name) ? parameter : optional(parameter);
  });
  return parameters.length === 0 ? nothing : sequence(...parameters);
}

function valueFormat(property: unknown, json: Omit<CallableFunction['arguments'], 'kind'>): Format {
  if (!isPlainText(property)) return piece({ kind: 'json-schema', ...json });
  const options = optionsOf(property);
  if (!options) return anyText;
  return either(options.map(option => (option === '' ? nothing : text(String(option)))));
}

const PLAIN = new Set(['type', 'enum', 'const', 'title', 'description', 'default', 'examples', 'deprecated']);

/** Whether a schema is of texts that are known by their type alone, or one by one. */
function isPlainText(schema: unknown): schema is Record<string, unknown> {
  if (!isRecord(schema) || !Object.keys(schema).every(keyword => PLAIN.has(keyword))) return false;
  const options = optionsOf(schema);
  return options ? options.every(option => typeof option === 'string') : schema.type === 'string';
}

function optionsOf({ const: only, enum: several }: Readonly<Record<string, unknown>>): readonly unknown[] | undefined {
  if (only !== undefined) return [only];
  return Array.isArray(several) ? several : undefined;
}

function* readFunction(source: TextSource, message: MessageWriter, tools: readonly FunctionTool[]): Reading {
  const name = yield* readName(source);
  if (name === undefined) return;
  message.call(name);
  message.arguments('{');
  const properties = tools.find(tool => tool.name === name)?.parameters?.properties;
  for (let separator = ''; ; separator = ', ') {
    const mark = yield* source.until([PARAMETER, FUNCTION_END, CLOSE], () => {});
    if (mark === FUNCTION_END || mark === CLOSE) message.arguments('}');
    const key = mark === PARAMETER ? yield* readName(source) : undefined;
    if (key === undefined) return;
    message.arguments(`${separator}${JSON.stringify(key)}: `);
    const schema = isRecord(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
    yield* readValue(source, message, isPlainText(schema));
  }
}

/** Behind `<function=` or `<parameter=`; `undefined` when it is cut off. */
function* readName(source: TextSource): Reading<string | undefined> {
  const { text, mark } = yield* source.before(['>']);
  return mark && text;
}

/** Hands texts on as they come, and what should be JSON when it is known to be: else it was meant as a text. */
function* readValue(source: TextSource, message: MessageWriter, isText: boolean): Reading {
  yield* source.take('\n');
  if (isText) {
    message.arguments('"');
    const isWhole = yield* readParameter(source, text => message.arguments(JSON.stringify(text).slice(1, -1)));
    if (isWhole) message.arguments('"');
    return;
  }
  let value = '';
  const isWhole = yield* readParameter(source, text => {
    value += text;
  });
  message.arguments(!isWhole || parseJson(value) !== undefined ? value : JSON.stringify(value));
}

/**
 * Hands on what stands in a parameter. Its end is the one that another follows, or the function's: any other is part of a
 * text. Tells whether it was there.
 */
function* readParameter(source: TextSource, hand: (text: string) => void): Reading<boolean> {
  const next = [PARAMETER, FUNCTION_END, CLOSE].flatMap(mark => [mark, `\n${mark}`]);
  for (;;) {
    const end = yield* source.until([`\n${PARAMETER_END}`, PARAMETER_END], hand);
    if (end === undefined) return false;
    if (yield* source.begins(next)) return true;
    hand(end);
  }
}
