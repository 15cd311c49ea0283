import * as ebnf from '../ebnf.ts';
import type { Reading } from './branches.ts';
import { itemsOf, schemasOfItem } from './items.ts';
import { BLANK } from './json-text.ts';
import { countLimits, type Node, type ToRule } from './node.ts';
import { trackedItems, trackingOf } from './tracked-items.ts';

/** Arrays that fit the nodes; `undefined` when there are none. */
export function arrayValue(
  nodes: readonly Node[],
  rules: ebnf.Rules,
  toRule: ToRule,
  reading: Reading,
): string | undefined {
  const limits = countLimits(nodes, 'minItems', 'maxItems');
  const lists = nodes.map(itemsOf);
  const first = Array.from({ length: Math.max(0, ...lists.map(({ first }) => first.length)) }, (_, index) =>
    toRule(schemasOfItem(nodes, index)),
  );
  const others = toRule(schemasOfItem(nodes, first.length));

  // The array ends before the first item that can have no value.
  const impossible = first.indexOf(undefined);
  const end = impossible >= 0 ? impossible : others === undefined ? first.length : Number.POSITIVE_INFINITY;
  const max = Math.min(limits.max, end);
  if (limits.min > max) return undefined;
  const blank = rules.add(BLANK);
  const separator = ebnf.sequence(ebnf.literal(','), blank);
  const tracking = trackingOf(nodes, limits.min, max, reading);
  const items = tracking
    ? trackedItems(tracking, separator, rules, toRule)
    : itemsFrom(0, { rules, first, others: others ?? ebnf.EMPTY, min: limits.min, max, separator });
  return items && ebnf.sequence(ebnf.literal('['), blank, items, blank, ebnf.literal(']'));
}

interface Items {
  readonly rules: ebnf.Rules;
  readonly first: readonly (string | undefined)[];
  readonly others: string;
  readonly min: number;
  readonly max: number;
  readonly separator: string;
}

function itemsFrom(index: number, items: Items): string {
  const { rules, first, others, min, max, separator } = items;
  if (index >= max) return ebnf.EMPTY;
  const item = first[index];
  if (item === undefined && index > 0) {
    return rules.repeat(rules.add(ebnf.sequence(separator, others)), Math.max(0, min - index), max - index);
  }
  const start = index === 0 ? ebnf.EMPTY : separator;
  const some = ebnf.sequence(start, item ?? others, itemsFrom(index + 1, items));
  return index < min ? some : ebnf.repeat(some, 0, 1);
}
