import * as ebnf from '../ebnf.ts';
import { BLANK } from './json-text.ts';
import { countLimits, type Node, readAny, readSchema, readSchemas, toNode } from './node.ts';

/** Makes the rule of a value that fits all of the nodes, and gives its name; `undefined` when no value does. */
export type ToRule = (nodes: readonly Node[]) => string | undefined;

/** Arrays that fit the nodes; `undefined` when there are none. */
export function arrayValue(nodes: readonly Node[], rules: ebnf.Rules, toRule: ToRule): string | undefined {
  const limits = countLimits(nodes, 'minItems', 'maxItems');
  const lists = nodes.map(itemsOf);
  const first = Array.from({ length: Math.max(0, ...lists.map(({ first }) => first.length)) }, (_, index) =>
    toRule(lists.flatMap(({ first, others }) => first[index] ?? others ?? [])),
  );
  const others = toRule(lists.flatMap(({ others }) => others ?? []));

  // The array ends before the first item that can have no value.
  const impossible = first.indexOf(undefined);
  const end = impossible >= 0 ? impossible : others === undefined ? first.length : Number.POSITIVE_INFINITY;
  const max = Math.min(limits.max, end);
  if (limits.min > max) return undefined;
  const blank = rules.add(BLANK);
  const items = itemsFrom(0, { rules, first, others: others ?? ebnf.EMPTY, min: limits.min, max, blank });
  return ebnf.sequence(ebnf.literal('['), blank, items, blank, ebnf.literal(']'));
}

/** `prefixItems` and `items`, or a list of `items` and `additionalItems`, as earlier drafts have it. */
function itemsOf(node: Node): { first: readonly Node[]; others: Node | undefined } {
  const items = readAny(node, 'items');
  if (Array.isArray(items?.value)) {
    return { first: readSchemas(node, 'items')?.value ?? [], others: readSchema(node, 'additionalItems') };
  }
  return { first: readSchemas(node, 'prefixItems')?.value ?? [], others: items && toNode(items.value, items.path) };
}

interface Items {
  readonly rules: ebnf.Rules;
  readonly first: readonly (string | undefined)[];
  readonly others: string;
  readonly min: number;
  readonly max: number;
  readonly blank: string;
}

function itemsFrom(index: number, items: Items): string {
  const { rules, first, others, min, max, blank } = items;
  if (index >= max) return ebnf.EMPTY;
  const separator = ebnf.sequence(ebnf.literal(','), blank);
  const item = first[index];
  if (item === undefined && index > 0) {
    return rules.repeat(rules.add(ebnf.sequence(separator, others)), Math.max(0, min - index), max - index);
  }
  const start = index === 0 ? ebnf.EMPTY : separator;
  const some = ebnf.sequence(start, item ?? others, itemsFrom(index + 1, items));
  return index < min ? some : ebnf.repeat(some, 0, 1);
}
