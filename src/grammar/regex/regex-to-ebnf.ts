import type { CodePoints } from '../code-points.ts';
import * as ebnf from '../ebnf.ts';
import { statesOf } from './automaton.ts';
import { all, type Regex, uncounted } from './regex.ts';

/**
 * What all the regular expressions match, in EBNF; `undefined` when there is no such text.
 *
 * @param write one character of a set, as it is written in the output
 * @throws RegexError when they are too much for one automaton
 */
export function regexToEbnf(
  regexes: readonly Regex[],
  rules: ebnf.Rules,
  write: (set: CodePoints) => string,
): string | undefined {
  const wanted = rules.counts ? regexes : regexes.map(regex => uncounted(regex, ebnf.FEW));
  const [first, ...others] = wanted;
  if (first && others.length === 0 && !combines(first)) return toEbnf(first, rules, write);
  const states = statesOf(all(...wanted));
  if (!states) return undefined;
  const names = states.map(() => rules.reserve());
  for (const [index, { isEnd, next }] of states.entries()) {
    const options = next.map(({ set, state }) => ebnf.sequence(write(set), names[state] ?? ebnf.EMPTY));
    rules.define(names[index] ?? '', ebnf.choice([...options, ...(isEnd ? [ebnf.EMPTY] : [])]));
  }
  return names[0];
}

/** Whether there is no EBNF for it but by way of an automaton. */
function combines(regex: Regex): boolean {
  if (regex.kind === 'all' || regex.kind === 'not' || regex.kind === 'automaton') return true;
  if (regex.kind === 'repeat') return combines(regex.part);
  return (regex.kind === 'sequence' ? regex.parts : regex.kind === 'choice' ? regex.options : []).some(combines);
}

function toEbnf(regex: Regex, rules: ebnf.Rules, write: (set: CodePoints) => string): string | undefined {
  switch (regex.kind) {
    case 'set':
      return regex.set.length === 0 ? undefined : write(regex.set);
    case 'repeat': {
      const part = toEbnf(regex.part, rules, write);
      if (part !== undefined) return rules.repeat(part, regex.min, regex.max);
      return regex.min === 0 ? ebnf.EMPTY : undefined;
    }
    case 'choice': {
      const options = regex.options.map(option => toEbnf(option, rules, write)).filter(option => option !== undefined);
      return options.length === 0 ? undefined : ebnf.choice(options);
    }
    case 'sequence': {
      const parts = regex.parts.map(part => toEbnf(part, rules, write));
      const possible = parts.filter(part => part !== undefined);
      return possible.length === parts.length ? ebnf.sequence(...possible) : undefined;
    }
    default:
      throw new TypeError(`a regular expression of kind ${regex.kind} has no EBNF of its own`);
  }
}
