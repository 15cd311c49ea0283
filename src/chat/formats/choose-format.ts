import type { ChatTemplate } from '../template.ts';
import { deepseek, deepseekPlain } from './deepseek.ts';
import type { ToolFormat } from './format.ts';
import { functionary } from './functionary.ts';
import { granite } from './granite.ts';
import { harmony } from './harmony.ts';
import { hermes } from './hermes.ts';
import { lfm2 } from './lfm2.ts';
import { llama } from './llama.ts';
import { mistral, mistralArgs } from './mistral.ts';
import { phi4 } from './phi4.ts';
import { qwenCoder } from './qwen-coder.ts';

/** The families, those with the rarer signs first. */
export const formats: readonly ToolFormat[] = [
  ...[harmony, deepseek, deepseekPlain, functionary, mistral, mistralArgs, qwenCoder, phi4, lfm2],
  ...[granite, hermes, llama],
];

/**
 * The format of a model's family. One whose template knows no calls gets the one that is learned most easily, with a text
 * that explains it.
 *
 * @param name as `ModelInfo.toolFormat` has it; an unknown one counts as absent
 */
export function chooseFormat(template: ChatTemplate, name: string | undefined): ToolFormat {
  const named = formats.find(format => format.name === name);
  return named ?? formats.find(format => format.fits(template)) ?? hermes;
}
