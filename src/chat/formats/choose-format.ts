import type { ChatTemplate } from '../template.ts';
import type { ToolFormat } from './format.ts';
import { hermes } from './hermes.ts';

/** The families, those with the rarer signs first. */
export const formats: readonly ToolFormat[] = [hermes];

/** The format of a model's family; of one whose template knows no calls, the one that is learned most easily. */
export function chooseFormat(template: ChatTemplate, name: string | undefined): ToolFormat {
  return formats.find(format => (name === undefined ? format.fits(template) : format.name === name)) ?? hermes;
}
