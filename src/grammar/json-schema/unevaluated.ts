import { itemsOf } from './items.ts';
import { type Branch, collect, type Node, readAny, readRecord, readSchema } from './node.ts';
import { schemaError } from './schema-error.ts';

/**
 * A branch with what `unevaluatedProperties` and `unevaluatedItems` of a node say, given that the branch is all that its
 * other keywords apply to the same value: they are the additional ones of all these schemas together.
 */
export function withoutOthers(branch: Branch, node: Node): Branch {
  const speaking = branch.filter(({ isSilent }) => !isSilent);
  return [...branch, ...closedProperties(speaking, node), ...closedItems(speaking, node)];
}

function closedProperties(branch: Branch, node: Node): Node[] {
  const others = readAny(node, 'unevaluatedProperties');
  const isOpen = ['additionalProperties', 'unevaluatedProperties'].every(keyword => {
    return branch.every(part => part === node || readAny(part, keyword) === undefined);
  });
  if (!others || !isOpen || readAny(node, 'additionalProperties')) return [];
  const [properties, patternProperties] = ['properties', 'patternProperties'].map(keyword => {
    const names = collect(branch, readRecord, keyword).flatMap(({ value }) => Object.keys(value));
    return Object.fromEntries(names.map(name => [name, true]));
  });
  return [{ schema: { properties, patternProperties, additionalProperties: others.value }, path: node.path }];
}

function closedItems(branch: Branch, node: Node): Node[] {
  const others = readAny(node, 'unevaluatedItems');
  if (!others) return [];
  const lists = branch.map(itemsOf);
  if (lists.some(list => list.others) || branch.some(part => part !== node && readAny(part, 'unevaluatedItems')))
    return [];
  if (branch.some(part => readSchema(part, 'contains'))) {
    throw schemaError('unevaluatedItems cannot be enforced together with contains.', others.path);
  }
  const prefixItems = Array(Math.max(0, ...lists.map(({ first }) => first.length))).fill(true);
  return [{ schema: { prefixItems, items: others.value }, path: node.path }];
}
