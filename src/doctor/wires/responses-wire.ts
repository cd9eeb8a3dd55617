import {
  field,
  hasEntries,
  type ModelStep,
  namedEvents,
  outputTokens,
  usualInputTokens,
  type Wire,
} from '../model-step';

/** `POST /v1/responses`. */
export const responsesWire: Wire = {
  offersTools: (body) => hasEntries(field(body, 'tools')),
  wantsStream: (_path, body) => field(body, 'stream') === true,
  stream(step, number) {
    const done = response(step, number);
    const [item] = done.output;
    const begun = { ...done, status: 'in_progress', output: [], usage: null };
    const events = [
      { type: 'response.created', response: begun },
      { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
      { type: 'response.output_item.done', output_index: 0, item },
      { type: 'response.completed', response: done },
    ];
    return namedEvents(events.map((event, index) => ({ ...event, sequence_number: index })));
  },
  document: response,
};

function response(step: ModelStep, number: number) {
  const input = step.inputTokens ?? usualInputTokens;
  return {
    id: `resp_${number}`,
    object: 'response',
    status: 'completed',
    model: 'loopback',
    output: [outputItem(step, number)],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: outputTokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: input + outputTokens,
    },
  };
}

function outputItem(step: ModelStep, number: number) {
  return 'say' in step
    ? {
        type: 'message',
        id: `item_${number}`,
        role: 'assistant',
        status: 'completed',
        content: [{ type: 'output_text', text: step.say, annotations: [] }],
      }
    : {
        type: 'function_call',
        id: `item_${number}`,
        call_id: `call_${number}`,
        ...(step.namespace !== undefined && { namespace: step.namespace }),
        name: step.tool,
        arguments: JSON.stringify(step.arguments),
        status: 'completed',
      };
}
