import { type Found, isRecord, join, type Node, toNode } from './node.ts';
import { schemaError } from './schema-error.ts';

/**
 * The schema that a `$ref` names: `#`, or a JSON Pointer into the same document.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc6901
 */
export function findReference(root: Node, { value: reference, path }: Found<string>): Node {
  if (!/^#(\/|$)/.test(reference)) {
    throw schemaError('references are supported into the same document only, as #/…', path);
  }
  let found: unknown = root.schema;
  let place = root.path;
  for (const part of reference.split('/').slice(1)) {
    const key = unescaped(part);
    found = Array.isArray(found)
      ? found[Number(key)]
      : isRecord(found) && Object.hasOwn(found, key)
        ? found[key]
        : undefined;
    place = join(place, key);
    if (found === undefined) throw schemaError(`there is nothing at ${reference}.`, path);
  }
  return toNode(found, place);
}

function unescaped(part: string): string {
  let decoded = part;
  try {
    decoded = decodeURIComponent(part);
  } catch {
    // a percent sign that stands for itself
  }
  return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
}
