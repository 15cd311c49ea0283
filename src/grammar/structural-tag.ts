import { isRecord } from './json-schema/node.ts';
import { toEbnf } from './to-ebnf.ts';

/**
 * A structural tag whose schemas and regular expressions are grammars of ours.
 *
 * Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html
 */
export function translateTag(tag: unknown): unknown {
  if (Array.isArray(tag)) return tag.map(translateTag);
  if (!isRecord(tag)) return tag;
  if (tag.type === 'json_schema') {
    return { type: 'grammar', grammar: toEbnf({ kind: 'json-schema', schema: tag.json_schema }) };
  }
  if (tag.type === 'regex' && typeof tag.pattern === 'string') {
    return { type: 'grammar', grammar: toEbnf({ kind: 'regex', pattern: tag.pattern }) };
  }
  if (tag.type === 'grammar' && typeof tag.grammar === 'string') {
    return { ...tag, grammar: toEbnf({ kind: 'ebnf', source: tag.grammar }) };
  }
  return Object.fromEntries(Object.entries(tag).map(([key, value]) => [key, translateTag(value)]));
}
