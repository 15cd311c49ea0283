/**
 * `npm run gguf:check -- DIR`: tells for every GGUF file below DIR whether Ingle would load it, as far as that can be
 * told before anything is on a GPU: `accepted`, or `rejected CODE message`.
 *
 * Where DIR has an `index.json` with a list of `{file, expect}` (`load`, `error` or `error-or-load`), a file that
 * behaves otherwise makes the check fail.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { compileTemplate } from '../src/chat/template.ts';
import { inspectModel } from '../src/engine/native/inspect-model.ts';
import { IngleError, RequestError } from '../src/errors.ts';
import type { ByteSource } from '../src/gguf/byte-source.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { FileSource } from './file-source.ts';

/** A roomy GPU's: a file is not at fault where a device is small. */
const LIMITS = { maxBindingBytes: 2 ** 31, maxBufferBytes: 2 ** 32 };

const expectations = z.array(
  z.object({ file: z.string(), expect: z.optional(z.enum(['load', 'error', 'error-or-load'])) }),
);
type Expectation = z.infer<typeof expectations>[number]['expect'];

/**
 * Why Ingle would not load a file; `undefined` where it would.
 *
 * @throws whatever is not an error of Ingle's, which would be a mistake in Ingle.
 */
export async function problemOf(source: ByteSource): Promise<IngleError | undefined> {
  try {
    const { gguf } = inspectModel(await readGguf(source), LIMITS);
    return templateProblem(gguf.metadata.optionalString('tokenizer.chat_template'));
  } catch (error) {
    if (error instanceof IngleError) return error;
    throw error;
  }
}

/** A model whose chat template is broken loads, but no chat with it works. */
function templateProblem(template: string | undefined): IngleError | undefined {
  try {
    if (template !== undefined) compileTemplate(template);
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return new RequestError(`The model's chat template says: ${reason}`, 'chat_template_error');
  }
}

export async function main(folders: string[]): Promise<number> {
  if (folders.length === 0) {
    console.error('Usage: npm run gguf:check -- DIR…');
    return 2;
  }
  let files = 0;
  let surprises = 0;
  for (const folder of folders) {
    const expected = await readExpectations(folder);
    for (const name of (await readdir(folder, { recursive: true })).filter(isGguf).sort()) {
      files++;
      if (!(await report(folder, name, expected.get(name)))) surprises++;
    }
  }
  console.log(`\n${files} files, ${surprises} not as expected.`);
  return files > 0 && surprises === 0 ? 0 : 1;
}

/** Prints a file's line and tells whether it is as expected. */
async function report(folder: string, name: string, expected: Expectation): Promise<boolean> {
  const source = await FileSource.open(join(folder, name), name);
  try {
    const problem = await problemOf(source);
    const verdict = problem === undefined ? 'accepted' : `rejected ${problem.code} ${problem.message}`;
    const fits = expected !== (problem === undefined ? 'error' : 'load');
    console.log(`${name}: ${verdict}${fits ? '' : ` UNEXPECTED: expected ${expected}`}`);
    return fits;
  } catch (error) {
    console.log(`${name}: CRASH ${error instanceof Error ? error.stack : error}`);
    return false;
  } finally {
    await source.close();
  }
}

async function readExpectations(folder: string): Promise<Map<string, Expectation>> {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) return new Map();
  const listed = expectations.parse(JSON.parse(await readFile(path, 'utf8')));
  return new Map(listed.map(({ file, expect }) => [file, expect]));
}

function isGguf(name: string): boolean {
  return name.endsWith('.gguf');
}
