/** What a value must fit, as a formula over schemas, and its alternatives. */
import { refutations } from './negation.ts';
import type { Branch, Node } from './node.ts';
import { typesOf } from './types.ts';
import { withoutOthers } from './unevaluated.ts';

export type Formula =
  | { readonly kind: 'schema'; readonly node: Node }
  | { readonly kind: 'all'; readonly parts: readonly Formula[] }
  /** @param isShared several may hold, and each adds to what is evaluated */
  | { readonly kind: 'any'; readonly parts: readonly Formula[]; readonly isShared: boolean }
  | { readonly kind: 'not'; readonly part: Formula }
  /** What the node says of properties and items that nothing in the part speaks of. */
  | { readonly kind: 'closed'; readonly part: Formula; readonly node: Node };

export const schema = (node: Node): Formula => ({ kind: 'schema', node });
export const all = (parts: readonly Formula[]): Formula => ({ kind: 'all', parts });
export const any = (parts: readonly Formula[], isShared = false): Formula => ({ kind: 'any', parts, isShared });
export const not = (part: Formula): Formula => ({ kind: 'not', part });

/** More alternatives than anybody writes; each anyOf within an allOf multiplies them. */
export const MAX_BRANCHES = 500;

/**
 * The alternatives of a formula, one more than {@link MAX_BRANCHES} standing for any number: its disjunctive normal form.
 *
 * @param isWithinClosed what is not evaluated matters
 * @throws RequestError where a keyword cannot be negated
 */
export function branchesWhere(formula: Formula, isWithinClosed = false): Branch[] {
  switch (formula.kind) {
    case 'schema':
      return formula.node.schema === false ? [] : formula.node.schema === true ? [[]] : [[formula.node]];
    case 'all':
      return product(formula.parts.map(part => branchesWhere(part, isWithinClosed)));
    case 'any': {
      const options = formula.parts.map(part => branchesWhere(part, isWithinClosed));
      return isWithinClosed && formula.isShared ? subsets(options) : options.flat();
    }
    case 'not':
      return branchesWhereNot(formula.part).map(branch => branch.map(node => ({ ...node, isSilent: true })));
    case 'closed':
      return branchesWhere(formula.part, true).map(branch => withoutOthers(branch, formula.node));
  }
}

function branchesWhereNot(formula: Formula): Branch[] {
  switch (formula.kind) {
    case 'schema':
      return refutations(formula.node);
    case 'all':
      return formula.parts.flatMap(branchesWhereNot);
    case 'any':
      return product(formula.parts.map(branchesWhereNot));
    case 'not':
      return branchesWhere(formula.part);
    case 'closed':
      return branchesWhereNot(formula.part);
  }
}

/** Every way to take one of each factor, but for those that leave no type. */
function product(factors: readonly Branch[][]): Branch[] {
  return factors.reduce<Branch[]>(
    (branches, factor) =>
      branches
        .slice(0, MAX_BRANCHES + 1)
        .flatMap(branch => factor.map(other => [...branch, ...other]))
        .filter(branch => typesOf(branch).length > 0),
    [[]],
  );
}

/** What fits some of the options, whichever they are. */
function subsets(options: readonly Branch[][]): Branch[] {
  const [first, ...others] = options;
  if (!first) return [];
  const rest = subsets(others);
  return [...first, ...rest, ...product([first, rest])];
}
