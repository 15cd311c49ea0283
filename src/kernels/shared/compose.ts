import choice from './choice.wgsl?raw';
import grid from './grid.wgsl?raw';
import none from './none.wgsl?raw';
import subgroupReduction from './reduce-subgroup.wgsl?raw';
import treeReduction from './reduce-tree.wgsl?raw';
import sigmoid from './sigmoid.wgsl?raw';
import softCap from './soft-cap.wgsl?raw';
import step from './step.wgsl?raw';

/** Which of WebGPU's optional features a kernel may use. The portable kernels use none. */
export interface Variant {
  /** Invocations in a subgroup, as far as the adapter tells; 0 for none. */
  readonly subgroupSize: number;
  readonly f16: boolean;
}

export const PORTABLE: Variant = { subgroupSize: 0, f16: false };

/** A variant, and what is left of it when more and more is given up: the fastest first, the portable one last. */
export function narrowing({ subgroupSize, f16 }: Variant): Variant[] {
  const sizes = subgroupSize > 0 ? [subgroupSize, 0] : [0];
  return sizes.flatMap(size => (f16 ? [true, false] : [false]).map(f16 => ({ subgroupSize: size, f16 })));
}

/** Snippets that kernels share, by what they bring into scope. */
export const snippets = { step, grid, softCap, sigmoid, choice, none };

/** `workgroup_sum` and `workgroup_max`. */
export function reduction({ subgroupSize }: Variant): string {
  return subgroupSize > 0 ? `enable subgroups;\n${subgroupReduction}` : treeReduction;
}

/** One WGSL source from snippets; directives must come before all else, wherever a snippet has them. */
export function compose(...parts: string[]): string {
  const lines = parts.join('\n').split('\n');
  const isDirective = (line: string) => /^(enable|diagnostic)\b/.test(line);
  return [...lines.filter(isDirective), ...lines.filter(line => !isDirective(line))].join('\n');
}
