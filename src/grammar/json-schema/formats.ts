/**
 * The `format`s that are enforced, as patterns.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc3339#section-5.6 (dates and times), rfc4122 (uuid), rfc5321 (email, without
 * quoted names), rfc1123 (hostname), rfc4291 (ipv6), rfc3986 (uri)
 */
const DAY = {
  long: '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])',
  short: '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)',
  february: '02-(?:0[1-9]|1\\d|2[0-8])',
};
/** Years that are divisible by 4, and by 400 where by 100. */
const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const DATE = `(?:\\d{4}-(?:${DAY.long}|${DAY.short}|${DAY.february})|${LEAP_YEAR}-02-29)`;
const TIME = '(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?(?:Z|[+\\-](?:[01]\\d|2[0-3]):[0-5]\\d)';
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = `${BYTE}(?:\\.${BYTE}){3}`;
const HEX = '[0-9a-fA-F]';
const GROUP = `${HEX}{1,4}`;
const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,30}[a-zA-Z0-9])?';
const HOSTNAME = `${LABEL}(?:\\.${LABEL}){0,3}`;
// Without limits to their lengths, which a pattern or length beside the format would multiply.
const MAILBOX = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~\\-]+";
const MAIL_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]*[a-zA-Z0-9])?';
const URI_CHARACTER = "(?:[a-zA-Z0-9\\-._~!$&'()*+,;=:@/]|%[0-9a-fA-F]{2})";

/** `::` stands once for groups of zeros, with up to seven groups around it. */
const COMPRESSED = Array.from({ length: 8 }, (_, before) => {
  const start = before === 0 ? ':' : `(?:${GROUP}:){${before}}`;
  return before === 7 ? `${start}:` : `${start}:(?:${GROUP}(?::${GROUP}){0,${6 - before}})?`;
});

const EMAIL = `${MAILBOX}(?:\\.${MAILBOX})*@${MAIL_LABEL}(?:\\.${MAIL_LABEL})+`;
const URI = `[a-zA-Z][a-zA-Z0-9+.\\-]{0,20}://${HOSTNAME}(?::\\d{1,4})?(?:/${URI_CHARACTER}*)?(?:\\?${URI_CHARACTER}*)?`;
const BASE64 = '[A-Za-z0-9+/]';

/** The ASCII ones of the international formats: all of them fit. */
export const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', DATE],
  ['time', TIME],
  ['date-time', `${DATE}T${TIME}`],
  ['duration', 'P(?:\\d{1,4}W|(?:\\d{1,4}D|\\d{1,4}M(?:\\d{1,4}D)?|\\d{1,4}Y(?:\\d{1,4}M(?:\\d{1,4}D)?)?))'],
  ['uuid', `${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}`],
  ['email', EMAIL],
  ['idn-email', EMAIL],
  ['hostname', HOSTNAME],
  ['idn-hostname', HOSTNAME],
  ['ipv4', IPV4],
  ['ipv6', `(?:(?:${GROUP}:){7}${GROUP}|${COMPRESSED.join('|')})`],
  ['uri', URI],
  ['uri-reference', URI],
  ['iri', URI],
  ['iri-reference', URI],
  ['json-pointer', '(?:/(?:[^~/]|~[01])*)*'],
  ['base64', `(?:${BASE64}{4})*(?:${BASE64}{2}==|${BASE64}{3}=)?`],
  ['byte', `(?:${BASE64}{4})*(?:${BASE64}{2}==|${BASE64}{3}=)?`],
  ['base64url', '[A-Za-z0-9_\\-]*'],
  ['e164', '\\+[1-9]\\d{6,14}'],
  ['cidrv4', `${IPV4}/(?:[0-9]|[12][0-9]|3[0-2])`],
  ['password', '[^]*'],
  ['binary', '[^]*'],
]);
