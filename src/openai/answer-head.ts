import type { ModelInfo } from '../engine/engine.ts';

/** What an answer and each of its chunks begin with. */
export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly system_fingerprint: string;
}

/** @param prefix of the id, which tells what kind of object it names: `chatcmpl-`, `cmpl-`. */
export function answerHead(prefix: string, info: ModelInfo): AnswerHead {
  return { id: newId(prefix), created: nowInSeconds(), model: info.id, system_fingerprint: info.fingerprint };
}

export function newId(prefix: string): string {
  return prefix + crypto.randomUUID().replaceAll('-', '');
}

export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
