import * as ebnf from './ebnf.ts';
import type { Grammar } from './grammar.ts';
import { isRecord } from './json-schema/node.ts';
import { placed } from './placed-error.ts';
import { toBody, toEbnf } from './to-ebnf.ts';

/**
 * A structural tag whose schemas and regular expressions are grammars of ours. Beyond xgrammar's, `grammar` may be a
 * whole {@link Grammar} rather than its text.
 *
 * xgrammar (0.1.27) prepares the masks of each grammar in it by itself, a tenth of a second for a small schema. So formats
 * that hold no free text and no list become one grammar, whose rules they share, and so do the tags of a list.
 *
 * Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html
 *
 * @param counts as {@link toEbnf} has it
 * @throws RequestError as {@link toEbnf} does, `param` leading to the keyword by way of the grammar's own
 */
export function translateTag(tag: unknown, counts: boolean): unknown {
  if (Array.isArray(tag)) return tag.map(part => translateTag(part, counts));
  if (!isRecord(tag)) return tag;
  const rules = new ebnf.Rules(counts);
  const body = typeof tag.type === 'string' ? bodyOf(tag, rules) : undefined;
  if (body !== undefined) return { type: 'grammar', grammar: rules.toEbnf(body) };
  if (tag.type === 'grammar') return { type: 'grammar', grammar: readPiece(tag.grammar, counts) };
  if (Array.isArray(tag.tags)) return { ...tag, tags: translateTags(tag, tag.tags, counts) };
  return Object.fromEntries(Object.entries(tag).map(([key, value]) => [key, translateTag(value, counts)]));
}

/** The tags of a list, or of free text: they have to stay tags, but may be one. */
function translateTags({ triggers }: Readonly<Record<string, unknown>>, tags: readonly unknown[], counts: boolean) {
  const rules = new ebnf.Rules(counts);
  const [trigger = '', ...others]: readonly unknown[] = Array.isArray(triggers) ? triggers : [];
  const bodies = tags.map(tag => tagBody(tag, rules, String(trigger)));
  const known = bodies.filter(body => body !== undefined);
  if (known.length === tags.length && others.length === 0) {
    const grammar = rules.toEbnf(ebnf.choice(known));
    return [{ type: 'tag', begin: trigger, content: { type: 'grammar', grammar }, end: '' }];
  }
  return tags.map(tag => (isRecord(tag) ? { ...tag, content: translateTag(tag.content, counts) } : tag));
}

/** A format as a body of EBNF; `undefined` where it is more than that. */
function bodyOf(format: unknown, rules: ebnf.Rules): string | undefined {
  if (!isRecord(format)) return undefined;
  switch (format.type) {
    case 'const_string':
      return typeof format.value === 'string' ? ebnf.literal(format.value) : undefined;
    case 'json_schema':
      return grammarBody({ kind: 'json-schema', schema: format.json_schema }, rules);
    case 'regex':
      return grammarBody({ kind: 'regex', pattern: format.pattern }, rules);
    case 'grammar':
      return grammarBody(format.grammar, rules);
    case 'tag':
      return tagBody(format, rules, '');
    case 'sequence':
      return bodiesOf(format.elements, rules, parts => ebnf.sequence(...parts));
    case 'or':
      return bodiesOf(format.elements, rules, ebnf.choice);
    default:
      return undefined;
  }
}

function bodiesOf(elements: unknown, rules: ebnf.Rules, join: (bodies: readonly string[]) => string) {
  const all = Array.isArray(elements) ? elements.map(element => bodyOf(element, rules)) : [];
  const bodies = all.filter(body => body !== undefined);
  return all.length > 0 && bodies.length === all.length ? join(bodies) : undefined;
}

/** @param known what the tag begins with, and is left out */
function tagBody(tag: unknown, rules: ebnf.Rules, known: string): string | undefined {
  if (!isRecord(tag) || typeof tag.begin !== 'string' || typeof tag.end !== 'string') return undefined;
  const content = tag.begin.startsWith(known) ? bodyOf(tag.content, rules) : undefined;
  if (content === undefined) return undefined;
  return ebnf.sequence(ebnf.literal(tag.begin.slice(known.length)), content, ebnf.literal(tag.end));
}

function grammarBody(grammar: unknown, rules: ebnf.Rules): string | undefined {
  return isGrammar(grammar) && grammar.kind !== 'ebnf'
    ? placed(grammar.param, () => toBody(grammar, rules))
    : undefined;
}

/** A grammar in EBNF, whose rules have names of their own. */
function readPiece(grammar: unknown, counts: boolean): unknown {
  const piece = typeof grammar === 'string' ? { kind: 'ebnf' as const, source: grammar } : grammar;
  return isGrammar(piece) ? placed(piece.param, () => toEbnf(piece, counts)) : grammar;
}

type PieceGrammar = Exclude<Grammar, { kind: 'structural-tag' }>;

function isGrammar(value: unknown): value is PieceGrammar {
  return isRecord(value) && typeof value.kind === 'string' && value.kind !== 'structural-tag';
}
