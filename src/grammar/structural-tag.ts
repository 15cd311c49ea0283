import { RequestError } from '../errors.ts';
import type { Grammar } from './grammar.ts';
import { isRecord } from './json-schema/node.ts';
import { toEbnf } from './to-ebnf.ts';

/**
 * A structural tag whose schemas and regular expressions are grammars of ours. Beyond xgrammar's, `grammar` may be a
 * whole {@link Grammar} rather than its text.
 *
 * Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html
 *
 * @throws RequestError as {@link toEbnf} does, `param` leading to the keyword by way of the grammar's own
 */
export function translateTag(tag: unknown, counts: boolean): unknown {
  if (Array.isArray(tag)) return tag.map(part => translateTag(part, counts));
  if (!isRecord(tag)) return tag;
  if (tag.type === 'json_schema') return piece({ kind: 'json-schema', schema: tag.json_schema }, counts);
  if (tag.type === 'regex' && typeof tag.pattern === 'string')
    return piece({ kind: 'regex', pattern: tag.pattern }, counts);
  if (tag.type === 'grammar' && typeof tag.grammar === 'string')
    return piece({ kind: 'ebnf', source: tag.grammar }, counts);
  if (tag.type === 'grammar' && isGrammar(tag.grammar)) return piece(tag.grammar, counts);
  return Object.fromEntries(Object.entries(tag).map(([key, value]) => [key, translateTag(value, counts)]));
}

type PieceGrammar = Exclude<Grammar, { kind: 'structural-tag' }>;

function isGrammar(value: unknown): value is PieceGrammar {
  return isRecord(value) && typeof value.kind === 'string' && value.kind !== 'structural-tag';
}

function piece(grammar: PieceGrammar, counts: boolean): unknown {
  try {
    return { type: 'grammar', grammar: toEbnf(grammar, counts) };
  } catch (error) {
    if (!(error instanceof RequestError) || grammar.param === undefined) throw error;
    const path = error.param ? `${grammar.param}.${error.param}` : grammar.param;
    throw new RequestError(error.message, error.code, path);
  }
}
