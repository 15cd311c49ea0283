/**
 * Regular expressions as finite automata, by derivatives: what is left of an expression after a character is an
 * expression too. It is the way that knows intersections and complements.
 *
 * Owens, Reppy, Turon: Regular-expression derivatives re-examined, https://doi.org/10.1017/S0956796808007090
 */
import { type CodePoints, EVERY, has, union } from '../code-points.ts';
import type { Automaton, Regex } from './regex.ts';
import { RegexError } from './regex-error.ts';

export interface State {
  /** Whether a text may end here. */
  readonly isEnd: boolean;
  /** Where each character leads; no character leads to a state that no end is reached from. */
  readonly next: readonly { readonly set: CodePoints; readonly state: number }[];
}

/** More make a grammar that is slow to compile. */
const MAX_STATES = 2000;

/** An expression in a form in which equal ones mostly have equal keys. */
interface Term {
  readonly key: string;
  /** What it is a choice of, or an intersection of: one within another is one with it, or keys would never come to an end. */
  readonly options?: readonly Term[];
  readonly parts?: readonly Term[];
  readonly matchesEmpty: boolean;
  readonly after: (codePoint: number) => Term;
}

const NOTHING: Term = { key: '∅', matchesEmpty: false, after: () => NOTHING };
const EMPTY: Term = { key: 'ε', matchesEmpty: true, after: () => NOTHING };
const ANYTHING: Term = { key: '¬∅', matchesEmpty: true, after: () => ANYTHING };

function toTerm(regex: Regex): Term {
  switch (regex.kind) {
    case 'set':
      return ofSet(regex.set);
    case 'sequence':
      return regex.parts.map(toTerm).reduceRight((rest, part) => sequence(part, rest), EMPTY);
    case 'choice':
      return any(regex.options.map(toTerm));
    case 'repeat':
      return repeat(toTerm(regex.part), regex.min, regex.max);
    case 'all':
      return all(regex.parts.map(toTerm));
    case 'not':
      return not(toTerm(regex.part));
    case 'automaton':
      return ofAutomaton(regex.start);
  }
}

function ofSet(set: CodePoints): Term {
  if (set.length === 0) return NOTHING;
  return { key: `[${set.join(';')}]`, matchesEmpty: false, after: point => (has(set, point) ? EMPTY : NOTHING) };
}

function ofAutomaton({ key, isEnd, after }: Automaton): Term {
  return {
    key: `<${key}>`,
    matchesEmpty: isEnd,
    after: point => {
      const next = after(point);
      return next ? ofAutomaton(next) : NOTHING;
    },
  };
}

function sequence(first: Term, rest: Term): Term {
  if (first === NOTHING || rest === NOTHING) return NOTHING;
  if (first === EMPTY) return rest;
  if (rest === EMPTY) return first;
  return {
    key: `(${first.key}·${rest.key})`,
    matchesEmpty: first.matchesEmpty && rest.matchesEmpty,
    after: point => {
      const continued = sequence(first.after(point), rest);
      return first.matchesEmpty ? any([continued, rest.after(point)]) : continued;
    },
  };
}

function repeat(part: Term, min: number, max: number): Term {
  if (max === 0 || part === EMPTY) return EMPTY;
  if (part === NOTHING) return min === 0 ? EMPTY : NOTHING;
  if (min === 1 && max === 1) return part;
  if (part.key === `[${EVERY.join(';')}]` && min === 0 && max === Number.POSITIVE_INFINITY) return ANYTHING;
  return {
    key: `${part.key}{${min},${max}}`,
    matchesEmpty: min === 0 || part.matchesEmpty,
    after: point => sequence(part.after(point), repeat(part, Math.max(0, min - 1), max - 1)),
  };
}

function any(terms: readonly Term[]): Term {
  const some = distinct(terms.flatMap(term => term.options ?? term).filter(term => term !== NOTHING));
  if (some.includes(ANYTHING)) return ANYTHING;
  const [first = NOTHING, ...others] = some;
  if (others.length === 0) return first;
  return {
    key: `(${some.map(({ key }) => key).join('|')})`,
    options: some,
    matchesEmpty: some.some(({ matchesEmpty }) => matchesEmpty),
    after: point => any(some.map(term => term.after(point))),
  };
}

function all(terms: readonly Term[]): Term {
  const some = distinct(terms.flatMap(term => term.parts ?? term).filter(term => term !== ANYTHING));
  if (some.includes(NOTHING)) return NOTHING;
  const [first = ANYTHING, ...others] = some;
  if (others.length === 0) return first;
  return {
    key: `(${some.map(({ key }) => key).join('&')})`,
    parts: some,
    matchesEmpty: some.every(({ matchesEmpty }) => matchesEmpty),
    after: point => all(some.map(term => term.after(point))),
  };
}

function not(term: Term): Term {
  if (term === NOTHING) return ANYTHING;
  if (term === ANYTHING) return NOTHING;
  return { key: `¬${term.key}`, matchesEmpty: !term.matchesEmpty, after: point => not(term.after(point)) };
}

function distinct(terms: readonly Term[]): Term[] {
  return [...new Map(terms.map(term => [term.key, term])).values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/**
 * The states of the expression's automaton, the first being where it begins; `undefined` when it matches nothing.
 *
 * @throws RegexError when there are too many
 */
export function statesOf(regex: Regex): State[] | undefined {
  const alphabet = classesOf(regex);
  const terms = [toTerm(regex)];
  const numbers = new Map(terms.map(({ key }, index) => [key, index]));
  const states: State[] = [];
  for (let index = 0; index < terms.length; index++) {
    const term = terms[index] ?? NOTHING;
    const sets = new Map<number, CodePoints[]>();
    for (const set of alphabet) {
      const then = term.after(set[0]?.[0] ?? 0);
      if (then === NOTHING) continue;
      const state = numbers.get(then.key) ?? terms.push(then) - 1;
      numbers.set(then.key, state);
      sets.set(state, [...(sets.get(state) ?? []), set]);
    }
    if (terms.length > MAX_STATES) throw new RegexError('the patterns and lengths are too much together');
    states.push({ isEnd: term.matchesEmpty, next: [...sets].map(([state, of]) => ({ set: union(...of), state })) });
  }
  return withoutDeadEnds(states);
}

/** Sets of characters between which the expression makes no difference; together they are every character. */
function classesOf(regex: Regex): CodePoints[] {
  const sets = [EVERY, ...setsOf(regex)];
  const starts = new Set(sets.flat().flatMap(([low, high]) => [low, high + 1]));
  const ordered = [...starts].sort((a, b) => a - b);
  const classes = new Map<string, [number, number][]>();
  for (const [index, low] of ordered.entries()) {
    if (!has(EVERY, low)) continue;
    const signature = sets.map(set => (has(set, low) ? 1 : 0)).join('');
    classes.set(signature, [...(classes.get(signature) ?? []), [low, (ordered[index + 1] ?? low + 1) - 1]]);
  }
  return [...classes.values()];
}

function setsOf(regex: Regex): CodePoints[] {
  if (regex.kind === 'set') return [regex.set];
  if (regex.kind === 'automaton') return [...regex.sets];
  if (regex.kind === 'repeat' || regex.kind === 'not') return setsOf(regex.part);
  return (regex.kind === 'choice' ? regex.options : regex.parts).flatMap(setsOf);
}

function withoutDeadEnds(states: readonly State[]): State[] | undefined {
  const alive = new Set<number>();
  for (let size = -1; size < alive.size; ) {
    size = alive.size;
    for (const [index, { isEnd, next }] of states.entries()) {
      if (isEnd || next.some(({ state }) => alive.has(state))) alive.add(index);
    }
  }
  if (!alive.has(0)) return undefined;
  const numbers = new Map([...alive].sort((a, b) => a - b).map((index, number) => [index, number]));
  return [...numbers.keys()].flatMap(index => {
    const state = states[index];
    if (!state) return [];
    const next = state.next.flatMap(({ set, state: to }) => {
      const number = numbers.get(to);
      return number === undefined ? [] : [{ set, state: number }];
    });
    return [{ isEnd: state.isEnd, next }];
  });
}
