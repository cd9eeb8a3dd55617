/**
 * The same function, with its latest answer kept: several readers ask of one text one after the other. Only for functions
 * whose answer follows from the text alone, and is never changed by whoever gets it.
 */
export function rememberLatest<T>(make: (text: string) => T): (text: string) => T {
  let latest: { readonly text: string; readonly answer: T } | undefined;
  return (text) => {
    if (latest?.text !== text) latest = { text, answer: make(text) };
    return latest.answer;
  };
}
