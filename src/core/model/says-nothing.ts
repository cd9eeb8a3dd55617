/** "None", "- n/a", a dash: what is written where there is nothing to say. In any script words are words. */
export function saysNothing(point: string): boolean {
  const words = point.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase();
  return words === '' || /^(?:none|no|nothing|na)$/.test(words);
}
