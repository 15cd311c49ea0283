/**
 * Grammars of answers, put together of pieces, as xgrammar's structural tags have them.
 *
 * Source: https://xgrammar.mlc.ai/docs/tutorials/structural_tag.html
 */
import type { Grammar } from '../engine/engine.ts';

export type Format =
  | { readonly type: 'const_string'; readonly value: string }
  | { readonly type: 'any_text' }
  /** A whole grammar as a piece: ours, see {@link translateTag}. */
  | { readonly type: 'grammar'; readonly grammar: Grammar }
  | { readonly type: 'sequence'; readonly elements: readonly Format[] }
  | { readonly type: 'or'; readonly elements: readonly Format[] }
  | Tag
  | {
      readonly type: 'triggered_tags';
      readonly triggers: readonly string[];
      readonly tags: readonly Tag[];
      readonly stop_after_first: boolean;
    }
  | {
      readonly type: 'tags_with_separator';
      readonly tags: readonly Tag[];
      readonly separator: string;
      readonly at_least_one: true;
      readonly stop_after_first?: boolean;
    };

export interface Tag {
  readonly type: 'tag';
  readonly begin: string;
  readonly content: Format;
  readonly end: string;
}

export const anyText: Format = { type: 'any_text' };

export function text(value: string): Format {
  return { type: 'const_string', value };
}

export function piece(grammar: Grammar): Format {
  return { type: 'grammar', grammar };
}

export function sequence(...elements: readonly Format[]): Format {
  return { type: 'sequence', elements };
}

/** One of the options, of which there is at least one: open at their ends all of them, or none. */
export function either(options: readonly Format[]): Format {
  const [only] = options;
  return only && options.length === 1 ? only : { type: 'or', elements: options };
}

/**
 * The format as an option beside others that are open at their ends: free text, triggered tags, several tags. xgrammar
 * (0.1.27) refuses a mixture, but takes a list for open, even one that stops after the first.
 */
export function atTheEnd(format: Format): Format {
  const tags = [format.type === 'tag' ? format : tag('', format, '')];
  return { type: 'tags_with_separator', tags, separator: ',', at_least_one: true, stop_after_first: true };
}

/** Whether xgrammar takes a format for open at its end. */
export function isOpen(format: Format): boolean {
  if (format.type === 'sequence') return format.elements.slice(-1).some(isOpen);
  if (format.type === 'or') return format.elements.some(isOpen);
  return ['any_text', 'triggered_tags', 'tags_with_separator'].includes(format.type);
}

/** No text. */
export const nothing: Format = { type: 'grammar', grammar: { kind: 'regex', pattern: '' } };

/** The format, which must end by itself, or no text. */
export function optional(format: Format): Format {
  return either([format, nothing]);
}

export function tag(begin: string, content: Format, end: string): Tag {
  return { type: 'tag', begin, content, end };
}

/** Free text, but for what follows a trigger: each tag begins with one. */
export function triggered(triggers: readonly string[], tags: readonly Tag[], stopAfterFirst: boolean): Format {
  return { type: 'triggered_tags', triggers, tags, stop_after_first: stopAfterFirst };
}

/** One tag or more. */
export function several(tags: readonly Tag[], separator: string): Format {
  return { type: 'tags_with_separator', tags, separator, at_least_one: true };
}

export function toGrammar(format: Format): Grammar {
  return { kind: 'structural-tag', tag: { type: 'structural_tag', format } };
}
