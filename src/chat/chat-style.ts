import type { ModelInfo } from '../engine/engine.ts';
import { chooseFormat } from './formats/choose-format.ts';
import type { ToolFormat } from './formats/format.ts';
import { createGuard, type Guard } from './guard.ts';
import { type ChatTemplate, compileTemplate } from './template.ts';
import { probeAbilities, type TemplateAbilities } from './template-abilities.ts';

/** A model's template, and what has been found out about it. */
export interface ChatStyle {
  readonly template: ChatTemplate;
  readonly format: ToolFormat;
  readonly guard: Guard;
  /** Found out when tools are first spoken of. */
  abilities(): TemplateAbilities;
}

/** For files without a template, with the tokens that such a model was trained on, or else as plain dialogue. */
const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + (message.content or '') + '<|im_end|>\\n' }}{% endfor %}" +
  "{{ '<|im_start|>assistant\\n' }}";
const DIALOGUE =
  "{{ bos_token }}{% for message in messages %}{{ message.role + ': ' + (message.content or '') + '\\n' }}{% endfor %}" +
  "{{ 'assistant:' }}";

const styles = new WeakMap<ModelInfo, ChatStyle>();

/** @throws Error when the model's template is broken. */
export function chatStyle(model: ModelInfo): ChatStyle {
  let style = styles.get(model);
  if (!style) {
    style = newStyle(model);
    styles.set(model, style);
  }
  return style;
}

function newStyle(model: ModelInfo): ChatStyle {
  const fallback = model.controlTokens.includes('<|im_start|>') ? CHATML : DIALOGUE;
  const template = compileTemplate(model.chatTemplate ?? fallback);
  const format = chooseFormat(template, model.toolFormat);
  const writes = [...template.texts, ...format.marks, model.bosToken, model.eosToken];
  let abilities: TemplateAbilities | undefined;
  return {
    template,
    format,
    guard: createGuard(model.controlTokens, writes),
    abilities() {
      abilities ??= probeAbilities(template, specialTokens(model));
      return abilities;
    },
  };
}

/** As templates call them. */
export function specialTokens({ bosToken, eosToken }: ModelInfo) {
  return { bos_token: bosToken, eos_token: eosToken };
}
