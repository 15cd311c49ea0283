import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = `npm run test:mlc -- --lib FILE.wasm --weights DIR --config FILE [--webllm VERSION] [--software]

Runs an MLC model in Chromium by the mlc engine: streaming chat, JSON Schema, a forced tool call, abort, reload from
IndexedDB, delete. Exits with 0 where all pass, 1 where one fails, 2 where it could not begin.

  --lib       the model's library, as MLC compiles it; it is bound to a version of web-llm
  --weights   the folder with its weights (tensor-cache.json or ndarray-cache.json, params_shard_*.bin) and its
              tokenizer (tokenizer_config.json, tokenizer.json, …)
  --config    its mlc-chat-config.json
  --webllm    the version of web-llm that the library is for, from the package registry; else the one that is installed
  --software  on SwiftShader instead of this machine's GPU`;

export interface MlcOptions {
  readonly lib: string;
  readonly weights: string;
  readonly config: string;
  readonly webllm: string | undefined;
  readonly software: boolean;
}

/** What `npm run test:mlc` was given; a text that says what is missing or wrong with it, and what it takes. */
export function readMlcOptions(args: readonly string[]): MlcOptions | string {
  const string = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { lib: string, weights: string, config: string, webllm: string, software: flag, help: flag };
  try {
    const { values } = parseArgs({ args: [...args], options });
    const { lib = '', weights = '', config = '', webllm, software = false } = values;
    if (values.help) return USAGE;
    const problems = [
      ...missing('--lib', lib, 'file'),
      ...missing('--weights', weights, 'folder'),
      ...missing('--config', config, 'file'),
    ];
    if (weights && problems.length === 0) problems.push(...missing('--weights', join(weights, TOKENIZER), 'file'));
    return problems.length === 0 ? { lib, weights, config, webllm, software } : withUsage(problems.join('\n'));
  } catch (error) {
    return withUsage(error instanceof Error ? error.message : String(error));
  }
}

/** Our chat template is in it. */
const TOKENIZER = 'tokenizer_config.json';

function missing(option: string, path: string, kind: 'file' | 'folder'): string[] {
  if (path === '') return [`${option} is missing.`];
  if (!existsSync(path)) return [`${option}: there is no ${path}.`];
  return statSync(path).isDirectory() === (kind === 'folder') ? [] : [`${option}: ${path} is no ${kind}.`];
}

function withUsage(problem: string): string {
  return `${problem}\n\n${USAGE}`;
}
