import type { ChatOptions } from '@mlc-ai/web-llm';
import { ModelError, RequestError } from '../../errors.ts';
import { checkSettings, checkTrained } from '../../model/fit.ts';
import type { ModelInfo, ModelSettings } from '../engine.ts';
import { hash } from '../logits/model-info.ts';
import type { MlcRecord } from './mlc-record.ts';

/** Begins the names of models that web-llm runs. */
export const MLC = 'mlc:';

/** Of a file; the largest tokenizer's, which names each of its added tokens, has about a million. */
const MOST_CHARACTERS = 2 ** 24;

/** The part of `mlc-chat-config.json` that we read; web-llm reads the rest. */
export interface ChatConfig {
  readonly model_type?: string;
  readonly vocab_size: number;
  readonly context_window_size: number;
  /** Of a model whose window slides: then the other is -1. */
  readonly sliding_window_size?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly conv_template: { readonly stop_token_ids: readonly number[] };
}

/** What web-llm itself does not tell of a model; kept with it, for a page that has no network. Plain data. */
export interface MlcFiles {
  /** `mlc-chat-config.json` */
  readonly chatConfig: ChatConfig;
  /** `tokenizer_config.json` */
  readonly tokenizerConfig: TokenizerConfig;
}

/** https://huggingface.co/docs/transformers/main_classes/tokenizer */
export interface TokenizerConfig {
  readonly chat_template?: string | readonly { readonly name: string; readonly template: string }[];
  readonly bos_token?: Token | null;
  readonly eos_token?: Token | null;
  readonly added_tokens_decoder?: Readonly<Record<string, { readonly content: string; readonly special?: boolean }>>;
}

type Token = string | { readonly content: string };

/** @throws ModelError `model_not_found`, `model_download_failed`; the signal's reason */
export async function fetchFiles({ model }: MlcRecord, signal: AbortSignal): Promise<MlcFiles> {
  const [chatConfig, tokenizerConfig] = await Promise.all([
    fetchJson<ChatConfig>(new URL('mlc-chat-config.json', folderOf(model)), signal),
    fetchJson<TokenizerConfig>(new URL('tokenizer_config.json', folderOf(model)), signal),
  ]);
  return { chatConfig, tokenizerConfig };
}

/** As web-llm reads a record's `model`: the main branch of a repository, where no other is named. */
function folderOf(model: string): URL {
  const folder = model.endsWith('/') ? model : `${model}/`;
  const isBranch = /\/resolve\/.+\/$/.test(folder);
  return new URL(isBranch ? folder : `${folder}resolve/main/`, globalThis.location?.href);
}

async function fetchJson<Content>(url: URL, signal: AbortSignal): Promise<Content> {
  const unread = (cause: unknown) => {
    signal.throwIfAborted();
    throw new ModelError(`${url} could not be read.`, 'model_download_failed', { cause });
  };
  const response = await fetch(url, { signal }).catch(unread);
  if (!response.ok) {
    const code = response.status === 404 ? 'model_not_found' : 'model_download_failed';
    throw new ModelError(`${url} answered ${response.status} ${response.statusText}`.trimEnd(), code);
  }
  const text = await readText(response).catch(unread);
  if (text === undefined) {
    throw new ModelError(`${url} has more than ${MOST_CHARACTERS} characters.`, 'model_download_failed');
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ModelError(`${url} is not JSON.`, 'model_download_failed', { cause });
  }
}

/** `undefined` for a text that is longer than any such file. */
async function readText({ body }: Response): Promise<string | undefined> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (let read = await reader?.read(); read?.value !== undefined; read = await reader?.read()) {
    text += read.value;
    if (text.length <= MOST_CHARACTERS) continue;
    await reader?.cancel();
    return undefined;
  }
  return text;
}

/** What there is to know of a model that web-llm has loaded. */
export function describeMlcModel(record: MlcRecord, { chatConfig, tokenizerConfig }: MlcFiles): ModelInfo {
  const { chat_template: template, bos_token, eos_token, added_tokens_decoder = {} } = tokenizerConfig;
  const config = { ...chatConfig, ...record.overrides };
  const named = Array.isArray(template) ? template.find(({ name }) => name === 'default')?.template : template;
  return {
    id: MLC + record.model_id,
    engine: 'mlc',
    architecture: config.model_type ?? 'unknown',
    contextLength: contextOf(config) ?? 0, // web-llm loads no model without
    vocabularySize: config.vocab_size,
    capabilities: { chat: true, completion: true, embedding: false },
    chatTemplate: named,
    bosToken: textOf(bos_token),
    eosToken: textOf(eos_token),
    controlTokens: Object.values(added_tokens_decoder).flatMap(({ content, special }) => (special ? [content] : [])),
    defaultSampling: {
      ...(config.temperature !== undefined && { temperature: config.temperature }),
      ...(config.top_p !== undefined && { topP: config.top_p }),
    },
    fingerprint: `ingle-mlc-${hash(`${record.model_id} ${record.model_lib}`)}`,
  };
}

/**
 * A record with the context that is asked for; as it is, where none is.
 *
 * @param preferred the context where none is asked for, as far as the model was trained for it
 * @throws RequestError `invalid_value` for a context beyond that
 */
export function withContext(
  record: MlcRecord,
  { chatConfig }: MlcFiles,
  asked: ModelSettings,
  preferred: ModelSettings,
): MlcRecord {
  const trained = contextOf(chatConfig) ?? Number.POSITIVE_INFINITY;
  checkTrained(asked, trained);
  const size = asked.contextLength ?? preferred.contextLength;
  if (size === undefined) return record;
  // web-llm takes one of the two.
  const window = { context_window_size: Math.min(size, trained), sliding_window_size: -1 };
  return { ...record, overrides: { ...record.overrides, ...window } };
}

/**
 * @throws RequestError `invalid_value` for what is no length; `unsupported_parameter` for a type of cache, for the model's
 * library was compiled with its own
 */
export function checkMlcSettings(settings: ModelSettings): void {
  checkSettings(settings);
  if (settings.cacheType === undefined) return;
  throw new RequestError('MLC models are compiled with their cacheType.', 'unsupported_parameter', 'cacheType');
}

/** Tokens: of the two windows the one that is set. */
export function contextOf(config: Partial<Pick<ChatConfig, 'context_window_size' | 'sliding_window_size'>>) {
  return [config.context_window_size, config.sliding_window_size].find(size => size !== undefined && size > 0);
}

function textOf(token: Token | null | undefined): string {
  return typeof token === 'string' ? token : (token?.content ?? '');
}

type ConvTemplate = NonNullable<ChatOptions['conv_template']>;

/**
 * A template of web-llm's that adds nothing: one message of the user is the whole prompt, written by our chat template.
 * The model's own tokens still end its answers.
 */
export function passThrough({ conv_template: own }: ChatConfig): ConvTemplate {
  return {
    system_template: '{system_message}',
    system_message: '',
    roles: { user: '', assistant: '', tool: '' },
    seps: [''],
    role_content_sep: '',
    role_empty_sep: '',
    stop_str: [],
    stop_token_ids: [...own.stop_token_ids],
    add_role_after_system_message: true,
  };
}
