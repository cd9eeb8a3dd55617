/**
 * Words of made-up task histories: pairs of a word and another word for the same, the commonest first. Both are written in
 * histories; a question by synonym asks with the other one.
 */

/** A word as it was written, and what else it could have been called. */
export interface Concept {
  readonly word: string;
  readonly other: string;
}

/** One `word/other` each, separated by spaces. */
function concepts(list: string): readonly Concept[] {
  return list
    .trim()
    .split(/\s+/)
    .map((pair) => {
      const [word = '', other = ''] = pair.split('/');
      return { word, other };
    });
}

/** What the software is about. */
export const domains = concepts(`
  invoice/bill user/account order/purchase session/visit payment/settlement report/summary search/lookup token/credential
  customer/client message/notice product/article refund/reimbursement upload/attachment catalog/assortment tenant/organisation
  address/location shipment/delivery discount/rebate profile/persona comment/remark calendar/planner subscription/membership
  audit/inspection payroll/salary warehouse/depot ticket/complaint campaign/promotion voucher/coupon ledger/bookkeeping
  translation/localisation survey/questionnaire contract/agreement patient/case vehicle/car recipe/instruction`);

/** Parts of it. */
export const components = concepts(`
  service/backend worker/job cache/buffer parser/reader queue/backlog endpoint/route table/relation form/dialog
  scheduler/timer importer/loader exporter/dumper index/catalogue client/caller gateway/proxy validator/checker
  migration/upgrade template/layout listener/subscriber renderer/painter router/dispatcher storage/repository
  formatter/beautifier monitor/watchdog lexer/tokenizer mapper/translator adapter/bridge registry/directory
  watcher/observer throttle/limiter mailer/postman`);

/** What they do; regular in the past. */
export const verbs = concepts(`
  reject/refuse retry/repeat load/fetch update/modify remove/delete check/verify merge/combine store/save block/obstruct
  skip/omit rename/relabel sort/arrange compress/shrink encrypt/scramble expire/lapse duplicate/clone truncate/shorten
  reload/refresh round/approximate archive/shelve escape/quote split/divide publish/announce lock/freeze restore/recover
  hide/conceal count/tally convert/transform trigger/start reserve/allocate`);

/** How it is. */
export const qualities = concepts(`
  empty/blank stale/outdated large/big nested/embedded slow/sluggish missing/absent duplicate/double partial/incomplete
  invalid/malformed concurrent/parallel optional/voluntary remote/distant cached/memorised daily/everyday monthly/periodic
  foreign/external public/open private/internal legacy/old temporary/transient anonymous/nameless archived/shelved
  encrypted/ciphered signed/certified pending/outstanding default/standard hourly/recurring redundant/superfluous
  numeric/arithmetic overdue/late`);

/** What is touched, or in the way. */
export const objects = concepts(`
  column/field header/preamble timestamp/date password/secret currency/money timezone/zone limit/maximum permission/right
  signature/seal encoding/charset rounding/precision timeout/deadline checksum/digest locale/language attachment/enclosure
  constraint/restriction transaction/commit pagination/paging certificate/credentials cursor/pointer snapshot/copy
  webhook/callback redirect/forwarding thumbnail/preview quota/allowance prefix/beginning delimiter/separator
  threshold/bound fixture/sample hostname/domain`);

/** What decides: never asked for, since it is the answer. */
export const answers =
  'Postgres SQLite Redis Kafka protobuf YAML Markdown websockets polling cookies gzip brotli Argon2 bcrypt UUIDs ULIDs cron systemd Docker nginx S3 GraphQL REST gRPC Parquet CSV'.split(
    ' ',
  );

/** Pieces of identifiers, beside the words above. */
export const identifierParts =
  'store view item page core base state model queue guard index cache entry batch'.split(' ');

export function past(verb: string): string {
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  return /^(?:skip|split|stop)$/.test(verb) ? `${verb}${verb.at(-1)}ed` : `${verb}ed`;
}

/**
 * How a sentence says it, and how a question asks for it; empty where nobody asks. `{0}` stands for the first concept,
 * `{2+}` for the past of the third, `{=}` for the answer, `{id}` for an identifier.
 */
export type Template = readonly [said: string, asked: string];

export const decisions: readonly Template[] = [
  [
    'Decided: the {0} {1} keeps its {3} {4} in {=}, since it {2+} the {5} otherwise.',
    'Where does the {0} {1} keep its {3} {4} so that it does not {2} the {5}?',
  ],
  [
    'Decision: {2} the {3} {4} of each {0} with {=} in the {1}, never by {5}.',
    'What do we {2} the {3} {4} of a {0} with in the {1}, instead of by {5}?',
  ],
  [
    'We use {=} to {2} a {3} {0} {4} in the {1}; {5} was the other way.',
    'What do we use to {2} the {3} {0} {4} in the {1}, given the {5}?',
  ],
];
export const settings: readonly Template[] = [
  [
    'The {3} {4} of the {0} {1} is {=} before we {2} its {5}.',
    'What is the {3} {4} of the {0} {1} before we {2} the {5}?',
  ],
  [
    'The {0} {1} may {2} at most {=} {3} {4} for each {5}.',
    'How many {3} {4} for each {5} may the {0} {1} {2}?',
  ],
];
export const blockers: readonly Template[] = [
  [
    'Blocked: the {0} {1} cannot {2} a {3} {4} until {=} gives us the {5}.',
    'What keeps the {0} {1} from being able to {2} the {3} {4} and its {5}?',
  ],
  [
    'Next: {2} the {3} {4} of the {0} {1} together with {=}, then look at the {5}.',
    'What was next, to {2} the {3} {4} in the {0} {1} before the {5}?',
  ],
  [
    'The {0} {1} {2+} its {3} {4} under {=}; we wait for the {5}.',
    'Why did the {0} {1} {2} a {3} {4}, and wait for the {5}?',
  ],
];
export const work: readonly Template[] = [
  ['Made the {0} {1} {2} every {3} {4} with {=}, and tested the {5}.', ''],
  ['The {0} {1} now {2+} the {3} {4} through {=} when the {5} is there.', ''],
  ['Wrote tests: a {3} {4} in the {0} {1} is {2+} by {=}, whatever its {5}.', ''],
];
export const repairs: readonly Template[] = [
  [
    'Fixed {id} in the {1}: the {3} {4} was {2+} twice; {=} now.',
    'Where did we see {id} in the {1}, when the {3} {4} was {2+}?',
  ],
  [
    '{id} came from a {3} {4} that the {1} {2+}; solved by {=}.',
    'What solved {id}, a {3} {4} that the {1} {2+}?',
  ],
];
