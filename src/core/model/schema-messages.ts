/** What is wrong with an untrusted value, in English. The small build of zod comes without words; these are its own. */
import { en } from 'zod/locales';

/** For the `error` option of `parse` and `safeParse`. */
export const schemaMessages = en().localeError;
