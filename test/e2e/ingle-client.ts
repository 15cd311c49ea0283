/** What the tests load into a page that starts Ingle by itself. */
import { Ingle } from '../../src/index.ts';

declare global {
  interface Window {
    Ingle: typeof Ingle;
  }
}

window.Ingle = Ingle;
