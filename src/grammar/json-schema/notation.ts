import { isRecord } from './node.ts';

export function writeJson(value: unknown): string {
  return JSON.stringify(value);
}

/** JSON's texts and numbers are Python's too. */
export function writePython(value: unknown): string {
  return writeJson(value).replace(/"(?:[^"\\]|\\.)*"|null|true|false/g, token => WORDS[token] ?? token);
}

const WORDS: Readonly<Record<string, string>> = { null: 'None', true: 'True', false: 'False' };

/** An object as the keyword arguments of a call; `undefined` for any other value. */
export function writePythonArguments(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  return Object.entries(value)
    .map(([name, argument]) => `${keyword(name)}=${writePython(argument)}`)
    .join(', ');
}

/** The name of an argument: in quotes, where Python has no way to write it. */
export function keyword(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : writeJson(name);
}
