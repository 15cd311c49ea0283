import type { CodePoints } from '../code-points.ts';
import * as ebnf from '../ebnf.ts';
import type { Regex } from './regex.ts';

/**
 * A regular expression in EBNF; `undefined` when it matches nothing.
 *
 * @param write one character of a set, as it is written in the output
 */
export function regexToEbnf(regex: Regex, write: (set: CodePoints) => string): string | undefined {
  if (regex.kind === 'set') return regex.set.length === 0 ? undefined : write(regex.set);
  if (regex.kind === 'repeat') {
    const part = regexToEbnf(regex.part, write);
    if (part !== undefined) return ebnf.repeat(part, regex.min, regex.max);
    return regex.min === 0 ? ebnf.EMPTY : undefined;
  }
  if (regex.kind === 'choice') {
    const options = regex.options.map(option => regexToEbnf(option, write)).filter(option => option !== undefined);
    return options.length === 0 ? undefined : ebnf.choice(options);
  }
  const parts = regex.parts.map(part => regexToEbnf(part, write));
  const possible = parts.filter(part => part !== undefined);
  return possible.length === parts.length ? ebnf.sequence(...possible) : undefined;
}
