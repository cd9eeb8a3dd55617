/** An answer within the room that a model has left. Pure. */

export interface TokenRoom<T> {
  readonly tokenBudget: number;
  readonly countTokens: (text: string, token?: T) => Thenable<number>;
  readonly token?: T;
}

const notice = '\n[The rest did not fit. Ask for less: "limit" for lists, "entries" for one task.]';

/** The text, or its beginning and a notice when it is larger than the budget; all of it when no budget is known. */
export async function fittingText<T>(text: string, room: TokenRoom<T> | undefined): Promise<string> {
  if (room === undefined) return text;
  const needed = await room.countTokens(text, room.token);
  if (needed <= room.tokenBudget) return text;
  const share = Math.max(0, room.tokenBudget - (await room.countTokens(notice, room.token))) / needed;
  // Tokens are not equally long, so a tenth is kept as a margin.
  const letters = [...text];
  return letters.slice(0, Math.floor(letters.length * share * 0.9)).join('') + notice;
}
