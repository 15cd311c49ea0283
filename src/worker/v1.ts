/** Whether a URL is one of the API's: `/v1`, or anything below it. */
export function isV1(url: URL): boolean {
  return url.pathname === '/v1' || url.pathname.startsWith('/v1/');
}
