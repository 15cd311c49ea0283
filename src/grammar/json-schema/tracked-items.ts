/** Arrays in which it matters what the items before were: `uniqueItems` and `contains`. */
import * as ebnf from '../ebnf.ts';
import { branchesOf, type Reading } from './branches.ts';
import { constantsOf } from './constants.ts';
import { canonical } from './disjoint.ts';
import { itemsOf, schemasOfItem } from './items.ts';
import { collect, type Found, type Node, readAny, readCount, readSchema, type ToRule } from './node.ts';
import { schemaError } from './schema-error.ts';
import { typesOf } from './types.ts';

/** Each is a rule; distinct items of n values are 2ⁿ sets of them. */
const MAX_STATES = 500;

/** What is known of the items that were written: no more than matters. */
interface State {
  readonly index: number;
  /** How many fit `contains`. */
  readonly count: number;
  /** Which values there were, where none may be there twice. */
  readonly used: readonly string[];
}

interface Step {
  /** The item's rule. */
  readonly item: string;
  readonly to: string;
}

/** `contains`, and how many items must fit it. */
interface Contained {
  readonly schema: Node;
  readonly min: number;
  readonly max: number;
}

export interface Tracking {
  readonly nodes: readonly Node[];
  /** The items that there may be. */
  readonly min: number;
  readonly max: number;
  /** What there may be, where nothing may be there twice. */
  readonly values: readonly unknown[] | undefined;
  readonly contained: Contained | undefined;
}

/**
 * What has to be known of the items before; `undefined` where that is nothing.
 *
 * @throws RequestError where it is more than a grammar can know, when reading strictly
 */
export function trackingOf(nodes: readonly Node[], min: number, max: number, reading: Reading): Tracking | undefined {
  const unique = max < 2 ? undefined : collect(nodes, readAny, 'uniqueItems').find(({ value }) => value === true);
  const values = unique && valuesOfItems(nodes, max, unique, reading);
  const [contained, ...others] = nodes.flatMap(containedOf);
  if (others[0] && reading.strict)
    throw schemaError('more than one contains cannot be enforced.', others[0].schema.path);
  if (!values && !contained) return undefined;
  const tracking = { nodes, min, max, values, contained };
  if (statesOf(tracking) <= MAX_STATES) return tracking;
  if (!reading.strict) return undefined;
  throw schemaError('there are too many ways for items to be distinct, or to be counted.', nodes[0]?.path ?? '');
}

/** How many there are at most. */
function statesOf(tracking: Tracking): number {
  const { max, values, contained } = tracking;
  const counts = 1 + (contained ? lastCount(contained) : 0);
  if (!values) return counts * (1 + lastIndex(tracking));
  let [subsets, ofSize] = [1, 1];
  for (let size = 1; size <= Math.min(values.length, max); size++) {
    ofSize = (ofSize * (values.length - size + 1)) / size;
    subsets += ofSize;
  }
  return counts * subsets;
}

/** From this index on, items are like each other. */
function lastIndex({ nodes, min, max }: Tracking): number {
  return max < Number.POSITIVE_INFINITY ? max : Math.max(min, prefixOf(nodes) + 1);
}

/** Up to here, it matters how many items fit `contains`. */
function lastCount({ min, max }: Contained): number {
  return max < Number.POSITIVE_INFINITY ? max : min;
}

function containedOf(node: Node): Contained[] {
  const schema = readSchema(node, 'contains');
  const min = readCount(node, 'minContains')?.value ?? 1;
  const max = readCount(node, 'maxContains')?.value ?? Number.POSITIVE_INFINITY;
  return schema && (min > 0 || max < Number.POSITIVE_INFINITY) ? [{ schema, min, max }] : [];
}

/** The values that items may have, if they are listed. */
function valuesOfItems(
  nodes: readonly Node[],
  max: number,
  unique: Found<unknown>,
  reading: Reading,
): unknown[] | undefined {
  const lists = Array.from({ length: Math.min(max, prefixOf(nodes) + 1) }, (_, index) =>
    valuesOf(schemasOfItem(nodes, index), reading),
  );
  const values = lists.flatMap(list => list ?? []);
  if (lists.every(list => list !== undefined))
    return [...new Map(values.map(value => [canonical(value), value])).values()];
  if (!reading.strict) return undefined;
  throw schemaError('uniqueItems cannot be enforced but for items whose values are listed.', unique.path);
}

function valuesOf(nodes: readonly Node[], reading: Reading): unknown[] | undefined {
  const lists = branchesOf(nodes, reading).map(branch => {
    const constants = constantsOf(branch, reading.strict);
    if (constants) return constants;
    const types = typesOf(branch);
    if (types.some(type => type !== 'boolean' && type !== 'null')) return undefined;
    return [...(types.includes('null') ? [null] : []), ...(types.includes('boolean') ? [true, false] : [])];
  });
  return lists.every(list => list !== undefined) ? lists.flat() : undefined;
}

function prefixOf(nodes: readonly Node[]): number {
  return Math.max(0, ...nodes.map(node => itemsOf(node).first.length));
}

/** The items and what is between them; `undefined` when no list fits. */
export function trackedItems(
  tracking: Tracking,
  separator: string,
  rules: ebnf.Rules,
  toRule: ToRule,
): string | undefined {
  const first: State = { index: 0, count: 0, used: [] };
  const states = new Map([[keyOf(first), first]]);
  const steps = new Map<string, Step[]>();
  for (const [key, state] of states) {
    const found = stepsFrom(state, tracking, toRule);
    for (const { next } of found) states.set(keyOf(next), next);
    steps.set(
      key,
      found.map(({ item, next }) => ({ item, to: keyOf(next) })),
    );
  }
  const isEnd = ({ index, count }: State) => index >= tracking.min && count >= (tracking.contained?.min ?? 0);
  const alive = new Set([...states].filter(([, state]) => isEnd(state)).map(([key]) => key));
  for (let size = -1; size < alive.size; ) {
    size = alive.size;
    for (const [key, found] of steps) if (found.some(({ to }) => alive.has(to))) alive.add(key);
  }
  const names = new Map([...alive].map(key => [key, rules.reserve()]));
  for (const [key, name] of names) {
    const before = key === keyOf(first) ? ebnf.EMPTY : separator;
    const options = (steps.get(key) ?? []).flatMap(({ item, to }) => {
      const rest = names.get(to);
      return rest === undefined ? [] : [ebnf.sequence(before, item, rest)];
    });
    const state = states.get(key);
    rules.define(name, ebnf.choice([...options, ...(state && isEnd(state) ? [ebnf.EMPTY] : [])]));
  }
  return names.get(keyOf(first));
}

function keyOf({ index, count, used }: State): string {
  return JSON.stringify([index, count, used]);
}

/** The items that may come next. */
function stepsFrom(state: State, tracking: Tracking, toRule: ToRule): { item: string; next: State }[] {
  const { nodes, max, values, contained } = tracking;
  if (state.index === max) return [];
  const next = { ...state, index: Math.min(state.index + 1, lastIndex(tracking)) };
  const own = schemasOfItem(nodes, state.index);
  const items = values
    ? values
        .filter(value => !state.used.includes(canonical(value)))
        .map(value => {
          const constant: Node = { schema: { const: value }, path: nodes[0]?.path ?? '' };
          return { item: [...own, constant], next: { ...next, used: [...state.used, canonical(value)].sort() } };
        })
    : [{ item: own, next }];
  return items
    .flatMap(step => (contained ? counted(step, contained) : [step]))
    .flatMap(({ item, next }) => {
      const rule = toRule(item);
      return rule === undefined ? [] : [{ item: rule, next }];
    });
}

/** An item that fits `contains`, or one that does not, or need not. */
function counted({ item, next }: { item: Node[]; next: State }, contained: Contained) {
  const { schema, max } = contained;
  const isCounted = next.count < lastCount(contained);
  const others: Node[] = max < Number.POSITIVE_INFINITY ? [{ schema: { not: schema.schema }, path: schema.path }] : [];
  return [
    ...(isCounted ? [{ item: [...item, schema], next: { ...next, count: next.count + 1 } }] : []),
    { item: [...item, ...others], next },
  ];
}
