import { RequestError } from '../errors.ts';

const IMAGES: ReadonlySet<string> = new Set(['image_url', 'input_image']);
const OTHERS: ReadonlySet<string> = new Set(['input_audio', 'file', 'input_file']);

/**
 * Refuses parts of a message, of whichever endpoint, that are no text.
 *
 * @throws RequestError with the part's place as `param`.
 */
export function refuseMedia(content: string | readonly { readonly type: string }[] | null | undefined, place: string) {
  if (typeof content === 'string' || !content) return;
  for (const [index, { type }] of content.entries()) {
    const param = `${place}[${index}]`;
    if (IMAGES.has(type)) {
      throw new RequestError('The model reads text, not images.', 'unsupported_image_input', param);
    }
    if (OTHERS.has(type)) throw new RequestError(`The model reads text, not ${type}.`, 'unsupported_parameter', param);
  }
}
