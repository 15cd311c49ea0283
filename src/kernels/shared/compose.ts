import grid from './grid.wgsl?raw';
import subgroupReduction from './reduce-subgroup.wgsl?raw';
import treeReduction from './reduce-tree.wgsl?raw';
import step from './step.wgsl?raw';

/** Which of WebGPU's optional features a kernel may use. The portable kernels use none. */
export interface Variant {
  readonly subgroups: boolean;
  readonly f16: boolean;
}

export const PORTABLE: Variant = { subgroups: false, f16: false };

/** Snippets that kernels share, by what they bring into scope. */
export const snippets = { step, grid };

/** `workgroup_sum` and `workgroup_max`. */
export function reduction({ subgroups }: Variant): string {
  return subgroups ? `enable subgroups;\n${subgroupReduction}` : treeReduction;
}

/** One WGSL source from snippets; `enable` directives must come before all else, wherever a snippet has them. */
export function compose(...parts: string[]): string {
  const lines = parts.join('\n').split('\n');
  const isDirective = (line: string) => line.startsWith('enable ');
  return [...lines.filter(isDirective), ...lines.filter(line => !isDirective(line))].join('\n');
}
