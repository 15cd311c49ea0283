/** `npm start`: installs what is missing and serves the demo page; Vite prints its address. */
import { ensurePackages } from './install.mjs';

ensurePackages();
// Vite's own command line, in this process, with the arguments given here (`npm start -- --port 8080`).
await import(new URL('../node_modules/vite/bin/vite.js', import.meta.url).href);
