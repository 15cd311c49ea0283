/**
 * `npm run catalogue`: asks the hub for every file of the catalogue and compares sizes. Needs a network, and tells which
 * files it could not ask for.
 */
import known from '../src/catalogue.json' with { type: 'json' };
import { parseReference } from '../src/weights/reference.ts';

/** The catalogue's sizes are rounded. */
const TOLERANCE = 0.02;

const TIMEOUT_MS = 20_000;

export async function main(): Promise<number> {
  let wrong = 0;
  let unasked = 0;
  for (const { name, file, bytes } of known) {
    const answer = await ask(parseReference(file).url);
    if (typeof answer === 'string') unasked++;
    else if (answer.problem !== undefined || !near(answer.bytes, bytes)) wrong++;
    console.log(`${name.padEnd(32)} ${describe(answer, bytes)}`);
  }
  console.log(`\n${known.length} files, ${wrong} wrong, ${unasked} not checked.`);
  return wrong > 0 || unasked > 0 ? 1 : 0;
}

interface Answer {
  readonly bytes: number;
  readonly problem?: string;
}

/** What the hub says of a file, or why it could not be asked. */
async function ask(url: string): Promise<Answer | string> {
  try {
    const { ok, status, headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { bytes: Number(headers.get('content-length')), ...(!ok && { problem: `HTTP ${status}` }) };
  } catch (error) {
    return error instanceof Error ? String(error.cause ?? error) : String(error);
  }
}

function describe(answer: Answer | string, bytes: number): string {
  if (typeof answer === 'string') return `not checked: ${answer}`;
  if (answer.problem !== undefined) return `WRONG: ${answer.problem}`;
  return near(answer.bytes, bytes) ? 'ok' : `WRONG: ${answer.bytes} bytes, the catalogue says ${bytes}`;
}

function near(actual: number, stated: number): boolean {
  return Math.abs(actual - stated) <= TOLERANCE * stated;
}
