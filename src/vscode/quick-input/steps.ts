/** Walks through the steps of a flow, forwards and back. Knows nothing of how a step asks. Pure. */

export interface Position {
  /** From 1. */
  readonly step: number;
  readonly total: number;
}

/** What a step answers: where to go, and all that was typed so far, also on the way back. */
export interface StepResult<S> {
  readonly move: 'next' | 'back';
  readonly state: S;
}

/** Rejects when the person gave up; then nothing of the flow has happened. */
export type Step<S> = (state: S, position: Position) => Promise<StepResult<S>>;

/** **Invariant:** going back and forth keeps what was typed. Back from the first step stays there. */
export async function runSteps<S>(initial: S, steps: readonly Step<S>[]): Promise<S> {
  let state = initial;
  let index = 0;
  for (let step = steps[index]; step !== undefined; step = steps[index]) {
    const result = await step(state, { step: index + 1, total: steps.length });
    state = result.state;
    index = result.move === 'next' ? index + 1 : Math.max(0, index - 1);
  }
  return state;
}
