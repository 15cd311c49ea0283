import type * as z from 'zod/mini';
import { RequestError } from '../errors.ts';

type Issue = z.core.$ZodIssue;

/**
 * The value as the schema's type.
 *
 * @throws RequestError naming the first field that does not fit, what was given there and what is allowed.
 */
export function validate<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const [first] = result.error.issues;
  if (!first) throw new RequestError('The request does not fit.', 'invalid_value');
  throw toRequestError(first, []);
}

function toRequestError(issue: Issue, parents: readonly PropertyKey[]): RequestError {
  const path = [...parents, ...issue.path];
  if (issue.code === 'invalid_union') {
    // The alternative whose type fits is the one that was meant: of string or list of parts, the list.
    const meant = alternatives(issue).find(({ path, code }) => path.length > 0 || /^too_/.test(code));
    if (meant) return toRequestError(meant, path);
  }
  const param = toParam(path);
  const place = param ?? 'the body';
  const input = inputOf(issue);
  if (input === undefined) {
    return new RequestError(`Missing: ${place}. Expected ${allowed(issue)}.`, 'missing_required_parameter', param);
  }
  const code = isOfOtherType(issue) ? 'invalid_type' : 'invalid_value';
  const message = `Invalid ${place}: given ${given(input)}, expected ${allowed(issue)}.`;
  return new RequestError(message, code, param);
}

/** What stands at the issue's path. An unknown discriminator's path ends with its name, but its input is the object. */
function inputOf(issue: Issue): unknown {
  const { input } = issue;
  const key = issue.code === 'invalid_union' && 'discriminator' in issue ? issue.discriminator : undefined;
  if (key === undefined || typeof input !== 'object' || input === null) return input;
  return Object.entries(input).find(([name]) => name === key)?.[1];
}

/** `['messages', 2, 'content']` as `messages[2].content`. */
function toParam(path: readonly PropertyKey[]): string | null {
  const param = path.map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return param === '' ? null : param.replace(/^\./, '');
}

/** The first issue of each alternative of a union. */
function alternatives(issue: z.core.$ZodIssueInvalidUnion): Issue[] {
  return issue.errors.flatMap(([first]) => first ?? []);
}

function isOfOtherType(issue: Issue): boolean {
  if (issue.code !== 'invalid_union') return issue.code === 'invalid_type';
  return issue.errors.length > 0 && alternatives(issue).every(isOfOtherType);
}

function allowed(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_NAMES[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.map(value => JSON.stringify(value)).join(' or ');
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unit(issue.origin)}`;
    case 'invalid_format':
      return `text that ${issue.pattern ?? issue.format} matches`;
    case 'invalid_union':
      if ('options' in issue && issue.options) return issue.options.map(value => JSON.stringify(value)).join(' or ');
      return alternatives(issue).map(allowed).join(' or ');
    default:
      return 'another value';
  }
}

const TYPE_NAMES: Record<string, string> = {
  array: 'an array',
  int: 'an integer',
  object: 'an object',
  record: 'an object',
};

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' items' : '';
}

/** Strings are quoted up to this length; enough to recognise one's own input. */
const MAX_QUOTED = 60;

function given(input: unknown): string {
  if (Array.isArray(input)) return `an array of ${input.length}`;
  if (typeof input === 'object' && input !== null) return 'an object';
  const text = JSON.stringify(input);
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
}
