/**
 * The `format`s that are enforced, as patterns.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc3339#section-5.6 (dates and times; its appendix A: durations), rfc4122 (uuid),
 * rfc5321 (email, without quoted names and addresses in brackets), rfc1123 (hostname), rfc4291 (ipv6), rfc3986 (uri),
 * rfc3987 (iri), rfc6570 (uri-template), rfc6901 (json-pointer)
 */
const DAY = {
  long: '(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])',
  short: '(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)',
  february: '02-(?:0[1-9]|1\\d|2[0-8])',
};
/** Years that are divisible by 4, and by 400 where by 100. */
const LEAP_YEAR = '(?:\\d\\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const DATE = `(?:\\d{4}-(?:${DAY.long}|${DAY.short}|${DAY.february})|${LEAP_YEAR}-02-29)`;
const SECOND_FRACTION = '(?:\\.\\d{1,9})?';
/** A leap second where it can be told without arithmetic. */
const TIME = `(?:(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d${SECOND_FRACTION}(?:[Zz]|[+\\-](?:[01]\\d|2[0-3]):[0-5]\\d)|23:59:60${SECOND_FRACTION}(?:[Zz]|[+\\-]00:00))`;
const TIME_SPAN = 'T(?:\\d{1,9}H(?:\\d{1,9}M(?:\\d{1,9}S)?)?|\\d{1,9}M(?:\\d{1,9}S)?|\\d{1,9}S)';
const DATE_SPAN = '(?:\\d{1,9}D|\\d{1,9}M(?:\\d{1,9}D)?|\\d{1,9}Y(?:\\d{1,9}M(?:\\d{1,9}D)?)?)';
const DURATION = `P(?:\\d{1,9}W|${DATE_SPAN}(?:${TIME_SPAN})?|${TIME_SPAN})`;

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = `${BYTE}(?:\\.${BYTE}){3}`;
const HEX = '[0-9a-fA-F]';
const GROUP = `${HEX}{1,4}`;
/** Up to `most` groups of an IPv6 address's end, the last two of which may be written as an IPv4 address. */
const lastGroups = (most: number) => {
  if (most === 0) return '';
  const mixed = most < 2 ? '' : `|(?:${GROUP}:){0,${most - 2}}${IPV4}`;
  return `(?:(?:${GROUP}:){0,${most - 1}}${GROUP}${mixed})?`;
};
/** `::` stands once for groups of zeros, with up to seven groups around it. */
const COMPRESSED = Array.from({ length: 8 }, (_, before) => {
  return `${before === 0 ? ':' : `(?:${GROUP}:){${before}}`}:${lastGroups(7 - before)}`;
});
const IPV6 = `(?:(?:${GROUP}:){6}(?:${GROUP}:${GROUP}|${IPV4})|${COMPRESSED.join('|')})`;

const LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,61}[a-zA-Z0-9])?';
const SHORT_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9\\-]{0,8}[a-zA-Z0-9])?';
/** Names of as many labels as cannot have more than 253 characters together. */
const HOSTNAME = `${LABEL}(?:\\.${LABEL}){0,2}(?:\\.${SHORT_LABEL}){0,5}`;
/** What stands in the international formats besides ASCII. */
const INTERNATIONAL = '\\u00a0-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\uffef\\u{10000}-\\u{1fffd}\\u{20000}-\\u{2fffd}';
// Without limits to their lengths, which a pattern or length beside the format would multiply.
const email = (others: string) => {
  const mailbox = `[a-zA-Z0-9!#$%&'*+/=?^_\`{|}~\\-${others}]+`;
  const label = `[a-zA-Z0-9${others}](?:[a-zA-Z0-9\\-${others}]*[a-zA-Z0-9${others}])?`;
  return `${mailbox}(?:\\.${mailbox})*@${label}(?:\\.${label})+`;
};

/** @param isRelative the scheme and what follows from it may be missing */
function uri(others: string, isRelative: boolean): string {
  const one = (characters: string) => `(?:[a-zA-Z0-9\\-._~!$&'()*+,;=${characters}${others}]|%${HEX}{2})`;
  const [inSegment, behindPath] = [one(':@'), one(':@/?')];
  const host = `(?:\\[${IPV6}\\]|${one('')}*)`;
  const rooted = `//(?:${one(':')}*@)?${host}(?::\\d*)?(?:/${inSegment}*)*|/(?:${inSegment}+(?:/${inSegment}*)*)?`;
  const path = (first: string) => `(?:${rooted}|${first}+(?:/${inSegment}*)*)?`;
  const end = `(?:\\?${behindPath}*)?(?:#${behindPath}*)?`;
  const absolute = `[a-zA-Z][a-zA-Z0-9+.\\-]*:${path(inSegment)}`;
  return `(?:${isRelative ? `${absolute}|${path(one('@'))}` : absolute})${end}`;
}

const VARIABLE = `(?:\\w|%${HEX}{2})+(?:\\.(?:\\w|%${HEX}{2})+)*(?::[1-9]\\d{0,3}|\\*)?`;
const URI_TEMPLATE = `(?:[^\\u0000-\\u0020"'%<>\\\\^\`{|}]|%${HEX}{2}|\\{[+#./;?&=,!@|]?${VARIABLE}(?:,${VARIABLE})*\\})*`;
const JSON_POINTER = '(?:/(?:[^~/]|~[01])*)*';
const BASE64 = '[A-Za-z0-9+/]';

export const FORMATS: ReadonlyMap<string, string> = new Map([
  ['date', DATE],
  ['time', TIME],
  ['date-time', `${DATE}[Tt]${TIME}`],
  ['duration', DURATION],
  ['uuid', `${HEX}{8}(?:-${HEX}{4}){3}-${HEX}{12}`],
  ['email', email('')],
  ['idn-email', email(INTERNATIONAL)],
  ['hostname', HOSTNAME],
  ['ipv4', IPV4],
  ['ipv6', IPV6],
  ['uri', uri('', false)],
  ['uri-reference', uri('', true)],
  ['uri-template', URI_TEMPLATE],
  ['iri', uri(INTERNATIONAL, false)],
  ['iri-reference', uri(INTERNATIONAL, true)],
  ['json-pointer', JSON_POINTER],
  ['relative-json-pointer', `(?:0|[1-9]\\d{0,9})(?:#|${JSON_POINTER})`],
  ['base64', `(?:${BASE64}{4})*(?:${BASE64}{2}==|${BASE64}{3}=)?`],
  ['byte', `(?:${BASE64}{4})*(?:${BASE64}{2}==|${BASE64}{3}=)?`],
  ['base64url', '[A-Za-z0-9_\\-]*'],
  ['e164', '\\+[1-9]\\d{6,14}'],
  ['cidrv4', `${IPV4}/(?:[0-9]|[12][0-9]|3[0-2])`],
]);

/** JSON Schema defines them too, and no pattern can tell them. One that it does not know constrains nothing. */
export const REFUSED_FORMATS: readonly string[] = ['regex', 'idn-hostname'];
