import { expect, it } from 'vitest';
import { openUrl } from './http-source.ts';

it('reads a range of a file from a server, as a page does', async () => {
  const url = new URL('/package-lock.json', location.href).href;
  const whole = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const source = await openUrl(url);
  expect(source.size).toBe(whole.length);
  expect(await source.read(1000, 5000)).toEqual(whole.slice(1000, 6000));
});

it('says that CORS may be in the way where a request to another origin fails', async () => {
  // Port 9 discards what it gets; browsers refuse to go there.
  const opening = openUrl('http://localhost:9/model.gguf', { patience: { openingRetries: 0 } });
  await expect(opening).rejects.toMatchObject({
    code: 'model_download_failed',
    message: expect.stringContaining(`Access-Control-Allow-Origin: ${location.origin}`),
  });
});
