import type { FunctionTool, ToolUse } from '../../chat/tools.ts';
import { RequestError } from '../../errors.ts';

/** What a request says of functions, whichever endpoint it came to. */
export interface AskedTools {
  readonly tools: readonly AskedFunction[];
  readonly choice: AskedChoice;
  readonly parallel: boolean | null | undefined;
}

export interface AskedFunction {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | null | undefined;
  readonly strict?: boolean | null | undefined;
  /** Where it stands in the request. */
  readonly place: string;
}

export interface AskedChoice {
  readonly mode: 'none' | 'auto' | 'required';
  /** The functions that it names, each with its place in the request. */
  readonly only?: readonly { readonly name: string; readonly param: string }[];
  /** A function that is named by itself is called once. */
  readonly once?: boolean;
  readonly param: string;
}

/**
 * What the model gets to see of a request's tools: nothing where none may be called.
 *
 * @throws RequestError `invalid_value` for a name that is there twice, or chosen and not there, and for arguments that
 * are no object.
 */
export function toToolUse({ tools, choice, parallel }: AskedTools): ToolUse | undefined {
  const { mode, only, once = false, param } = choice;
  const names = tools.map(({ name }) => name);
  const twice = tools.find(({ name }, index) => names.indexOf(name) < index);
  if (twice) throw invalid(`There are two functions named '${twice.name}'.`, `${twice.place}.name`);
  const odd = tools.find(({ parameters }) => (parameters?.type ?? 'object') !== 'object');
  if (odd) {
    const given = JSON.stringify(odd.parameters?.type);
    throw invalid(`Invalid type of arguments: given ${given}, expected "object".`, `${odd.place}.parameters.type`);
  }
  if (names.length === 0 && (mode === 'required' || only)) {
    throw invalid(`There are no functions to call for this ${param}: none are given.`, param);
  }
  const stranger = only?.find(({ name }) => !names.includes(name));
  if (stranger) {
    throw invalid(`There is no function '${stranger.name}': expected one of ${names.join(', ')}.`, stranger.param);
  }
  if (names.length === 0 || mode === 'none') return undefined;
  return {
    tools: tools.map(toTool),
    choice: mode,
    ...(only && { allowed: only.map(({ name }) => name) }),
    parallel: (parallel ?? true) && !once,
  };
}

function toTool({ name, description, parameters, strict, place }: AskedFunction): FunctionTool {
  return {
    name,
    description: description ?? undefined,
    parameters: parameters ?? undefined,
    strict: strict ?? undefined,
    param: `${place}.parameters`,
  };
}

function invalid(message: string, param: string): RequestError {
  return new RequestError(message, 'invalid_value', param);
}
