import type { Plugin } from 'vite';

/** All that the demo needs. Models come from wherever the visitor says, so any server may be asked for data. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "connect-src 'self' https: http://localhost:* http://127.0.0.1:*",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'none'",
].join('; ');

/** The policy as a header where we serve, for the workers too, and in the page for static hosts that set none. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'ingle:content-security-policy',
    apply: (_config, { command, isPreview }) => command === 'build' || isPreview === true,
    configurePreviewServer(server) {
      server.middlewares.use((_request, response, next) => {
        response.setHeader('content-security-policy', POLICY);
        next();
      });
    },
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY }, injectTo: 'head-prepend' },
    ],
  };
}
