import type { GrammarCompiler, GrammarMatcher, TokenizerInfo } from '@mlc-ai/web-xgrammar';

/** What is used of the package. */
export interface Xgrammar {
  readonly GrammarCompiler: typeof GrammarCompiler;
  readonly GrammarMatcher: typeof GrammarMatcher;
  readonly TokenizerInfo: typeof TokenizerInfo;
}

let loading: Promise<Xgrammar> | undefined;

/** `@mlc-ai/web-xgrammar`, some 400 kB of compressed WebAssembly: loaded when it is first asked for. */
export function loadXgrammar(): Promise<Xgrammar> {
  loading ??= importXgrammar();
  return loading;
}

/**
 * The package (0.1.27) says that it is a module but is a UMD bundle: as a module it exports nothing and leaves a global
 * behind; in Node it looks for `require` and `__filename` on top of that, each time it starts its WebAssembly. A bundler
 * may or may not make a proper module of it.
 */
async function importXgrammar(): Promise<Xgrammar> {
  if (typeof document === 'undefined' && typeof location === 'undefined') await provideNodeGlobals();
  const module: Partial<Xgrammar> & { default?: Xgrammar } = await import('@mlc-ai/web-xgrammar');
  const { GrammarCompiler, GrammarMatcher, TokenizerInfo } = { ...globalXgrammar(), ...module.default, ...module };
  if (!GrammarCompiler || !GrammarMatcher || !TokenizerInfo) throw new TypeError('web-xgrammar exports nothing');
  return { GrammarCompiler, GrammarMatcher, TokenizerInfo };
}

function globalXgrammar(): Partial<Xgrammar> {
  const { xgrammar } = globalThis as { xgrammar?: Xgrammar };
  Reflect.deleteProperty(globalThis, 'xgrammar');
  return xgrammar ?? {};
}

/** The package only asks them for a file's place, which it does not need: its WebAssembly is within it. */
async function provideNodeGlobals(): Promise<void> {
  const { createRequire } = await import(/* @vite-ignore */ 'node:module'.toString());
  Object.assign(globalThis, { require: createRequire(import.meta.url), __filename: '/xgrammar.js' });
}
