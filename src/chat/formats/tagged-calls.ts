import { either, several, type Tag, triggered } from '../structural-tag.ts';
import type { CallableFunction, ToolFormat } from './format.ts';

/** A tag for each function, around one call. */
export type CallTag = (tool: CallableFunction) => Tag;

/** Each call in a tag of its own, which begins with a mark. */
export function taggedCalls(mark: string, toTag: CallTag, separator: string): Pick<ToolFormat, 'calls' | 'free'> {
  return {
    calls(functions, parallel) {
      const tags = functions.map(toTag);
      return parallel ? several(tags, separator) : either(tags);
    },
    free(functions, parallel) {
      return triggered([mark], functions.map(toTag), !parallel);
    },
  };
}
