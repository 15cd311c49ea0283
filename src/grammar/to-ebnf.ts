import { RequestError } from '../errors.ts';
import * as ebnf from './ebnf.ts';
import type { Grammar } from './grammar.ts';
import { jsonSchemaToEbnf } from './json-schema/json-schema.ts';
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
  switch (grammar.kind) {
    case 'json':
      return jsonSchemaToEbnf({ type: 'object' }, { strict: true, counts });
    case 'json-schema':
      return jsonSchemaToEbnf(grammar.schema, { strict: grammar.strict ?? true, counts });
    case 'regex':
      return patternToEbnf(grammar.pattern, counts);
    case 'ebnf':
      return readEbnf(grammar.source);
  }
}

function patternToEbnf(pattern: string, counts: boolean): string {
  const rules = new ebnf.Rules(counts);
  let body: string | undefined;
  try {
    body = regexToEbnf([parseRegex(pattern, true)], rules, ebnf.oneOf);
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new RequestError(`Invalid regular expression: ${error.message}.`, 'invalid_grammar');
  }
  if (body === undefined) throw new RequestError('The regular expression matches nothing.', 'invalid_grammar');
  return rules.toEbnf(body);
}
