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

/** 32 hexadecimal digits, of which the first 12 are the time: ids sort by age. */
export function newId(prefix: string): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return prefix + time + crypto.randomUUID().replaceAll('-', '').slice(time.length);
}

export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
