import { describe, expect, it } from 'vitest';
import { ModelError } from '../errors.ts';
import { parseReference } from './reference.ts';

const HUB = 'https://huggingface.co';
const BASE = 'https://app.example/chat/';

describe('parseReference', () => {
  it.each([
    ['hf:owner/repo/file.gguf', `${HUB}/owner/repo/resolve/main/file.gguf`],
    ['hf:owner/repo/deep/er/file.GGUF', `${HUB}/owner/repo/resolve/main/deep/er/file.GGUF`],
    ['hf:own-er/re.po_1@v1.2/file.gguf', `${HUB}/own-er/re.po_1/resolve/v1.2/file.gguf`],
    ['hf:owner/repo/a file #1?.gguf', `${HUB}/owner/repo/resolve/main/a%20file%20%231%3F.gguf`],
    ['hf:owner/repo/\ud800.gguf', `${HUB}/owner/repo/resolve/main/%EF%BF%BD.gguf`],
  ])('keeps the hub name %s and finds its file', (reference, url) => {
    expect(parseReference(reference)).toEqual({ id: reference, url });
  });

  it.each([
    ['https://example.com/model.gguf', 'https://example.com/model.gguf'],
    ['http://localhost:8080/m?sig=a%2Fb#part', 'http://localhost:8080/m?sig=a%2Fb'],
    ['/models/x.gguf', 'https://app.example/models/x.gguf'],
    ['./x.gguf', 'https://app.example/chat/x.gguf'],
    ['../x.gguf', 'https://app.example/x.gguf'],
    [`${HUB}/owner/repo/blob/main/file.gguf`, `${HUB}/owner/repo/resolve/main/file.gguf`],
    ['https://example.com/o/r/blob/main/file.gguf', 'https://example.com/o/r/blob/main/file.gguf'],
  ])('resolves the address %s', (reference, url) => {
    expect(parseReference(reference, BASE)).toEqual({ id: url, url });
  });

  it.each([
    '',
    'llama',
    'x.gguf',
    'hf:',
    'hf:owner/file.gguf',
    'hf:owner/repo/',
    'hf:owner/repo/model.safetensors',
    'hf:../repo/file.gguf',
    'hf:owner/../file.gguf',
    'hf:owner/repo/../../file.gguf',
    'hf:owner/repo//file.gguf',
    'hf:owner/repo@/file.gguf',
    'hf:owner/repo@a@b/file.gguf',
    'file:///etc/passwd',
    'data:,GGUF',
    'mlc:Llama-3',
    'https://user:secret@example.com/x.gguf',
    'https://',
  ])('refuses "%s"', reference => {
    expect(() => parseReference(reference, BASE)).toThrow(ModelError);
    expect(() => parseReference(reference, BASE)).toThrow(
      expect.objectContaining({ code: 'model_not_found', status: 404, message: expect.stringContaining(reference) }),
    );
  });

  it('refuses a relative address without a base', () => {
    expect(() => parseReference('/models/x.gguf')).toThrow(expect.objectContaining({ code: 'model_not_found' }));
  });
});
