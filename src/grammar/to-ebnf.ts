import { RequestError } from '../errors.ts';
import * as ebnf from './ebnf.ts';
import type { Grammar } from './grammar.ts';
import { jsonSchemaBody } from './json-schema/json-schema.ts';
import { readEbnf } from './read-ebnf.ts';
import { parseRegex } from './regex/parse-regex.ts';
import { RegexError } from './regex/regex-error.ts';
import { regexToEbnf } from './regex/regex-to-ebnf.ts';

/**
 * A grammar as xgrammar's EBNF.
 *
 * @param counts hold lengths and large counts; otherwise texts that only they forbid are among the others
 * @throws RequestError `invalid_json_schema` with the keyword's path as `param`, or `invalid_grammar`
 */
export function toEbnf(grammar: Exclude<Grammar, { kind: 'structural-tag' }>, counts = true): string {
  if (grammar.kind === 'ebnf') return readEbnf(grammar.source);
  const rules = new ebnf.Rules(counts);
  return rules.toEbnf(toBody(grammar, rules));
}

/** A grammar as a body of EBNF and rules, which may be those of other grammars too. */
export function toBody(grammar: Exclude<Grammar, { kind: 'structural-tag' | 'ebnf' }>, rules: ebnf.Rules): string {
  switch (grammar.kind) {
    case 'json':
      return jsonSchemaBody({ schema: { type: 'object' } }, rules);
    case 'json-schema':
      return jsonSchemaBody(grammar, rules);
    case 'regex':
      return patternBody(grammar.pattern, rules);
  }
}

function patternBody(pattern: string, rules: ebnf.Rules): string {
  let body: string | undefined;
  try {
    body = regexToEbnf([parseRegex(pattern, true)], rules, ebnf.oneOf);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new RequestError(`Invalid regular expression: ${error.message}.`, 'invalid_grammar');
  }
  if (body === undefined) throw new RequestError('The regular expression matches nothing.', 'invalid_grammar');
  return body;
}
