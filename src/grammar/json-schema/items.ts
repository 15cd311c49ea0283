import { type Node, readAny, readSchema, readSchemas, toNode } from './node.ts';

/** The schemas of an array's first items, and of all others. */
export interface Items {
  readonly first: readonly Node[];
  readonly others: Node | undefined;
}

/** `prefixItems` and `items`, or a list of `items` and `additionalItems`, as earlier drafts have it. */
export function itemsOf(node: Node): Items {
  const items = readAny(node, 'items');
  if (Array.isArray(items?.value)) {
    return { first: readSchemas(node, 'items')?.value ?? [], others: readSchema(node, 'additionalItems') };
  }
  return { first: readSchemas(node, 'prefixItems')?.value ?? [], others: items && toNode(items.value, items.path) };
}

/** What the item at an index must fit. */
export function schemasOfItem(nodes: readonly Node[], index: number): Node[] {
  return nodes.map(itemsOf).flatMap(({ first, others }) => first[index] ?? others ?? []);
}
