import type { Browser, Page } from 'playwright';
import { inject } from 'vitest';
import { tinyEncoder } from '../fixtures/tiny-encoder.ts';
import { openBrowser } from './browser.ts';
import { ModelServer } from './model-server.ts';

/** The demo with the real clients in it, and a server of the model that they ask for. */
export interface ClientPage {
  readonly page: Page;
  readonly model: string;
  /** One that embeds texts. */
  readonly encoder: string;
  close(): Promise<void>;
}

export async function openClientPage(): Promise<ClientPage> {
  const browser: Browser = await openBrowser();
  const server = await ModelServer.start({ 'encoder.gguf': tinyEncoder() });
  const page = await browser.newPage();
  await page.goto(inject('site'));
  await page.addScriptTag({ url: 'openai.js', type: 'module' });
  await page.waitForFunction(() => window.openai !== undefined);
  const close = async () => {
    await browser.close();
    await server.stop();
  };
  return { page, model: `${server.origin}/${server.chatModel}`, encoder: `${server.origin}/encoder.gguf`, close };
}
