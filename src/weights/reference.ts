import { ModelError } from '../errors.ts';

/** Where a model comes from, and the name it goes by. */
export interface ModelReference {
  readonly id: string;
  readonly url: string;
}

const HUB = 'https://huggingface.co';
/** An owner, repository or revision on the hub; none is a step up or down a path. */
const HUB_NAME = /^(?!\.{1,2}$)[\w.-]+$/;
const RELATIVE = /^\.{0,2}\//;

/**
 * Reads a model's name: `hf:owner/repo/path/file.gguf`, with an optional `@revision` after the repository, or the
 * address of a GGUF file.
 *
 * @param base what an address that starts with `/`, `./` or `../` is relative to; without one it is refused.
 * @throws ModelError `model_not_found` for anything else.
 */
export function parseReference(reference: string, base?: string): ModelReference {
  if (reference.startsWith('hf:')) return { id: reference, url: hubUrl(reference) };
  const url = parseUrl(reference, RELATIVE.test(reference) ? base : undefined);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') throw unknownShape(reference);
  // fetch refuses an address with a password in it.
  if (url.username || url.password) throw unknownShape(reference);
  url.hash = '';
  // What a visitor copies from the address bar is the hub's page about the file; the file itself is beside it.
  if (url.origin === HUB) url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  return { id: url.href, url: url.href };
}

function parseUrl(reference: string, base: string | undefined): URL | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base) : undefined;
}

function hubUrl(reference: string): string {
  const [owner = '', repository = '', ...path] = reference.slice('hf:'.length).split('/');
  const [name = '', revision = 'main', ...rest] = repository.split('@');
  const isNamed = [owner, name, revision].every(part => HUB_NAME.test(part)) && rest.length === 0;
  const isFile = path.every(part => !['', '.', '..'].includes(part)) && /\.gguf$/i.test(path.at(-1) ?? '');
  if (!isNamed || !isFile) throw unknownShape(reference);
  const file = path.map(part => encodeURIComponent(part.toWellFormed())).join('/');
  return `${HUB}/${owner}/${name}/resolve/${revision}/${file}`;
}

function unknownShape(reference: string): ModelError {
  return new ModelError(
    `There is no model "${reference}". Allowed are hf:owner/repo/file.gguf, hf:owner/repo@revision/file.gguf, ` +
      'and the http or https address of a GGUF file.',
    'model_not_found',
  );
}
