import {
  dataLines,
  field,
  hasEntries,
  type ModelStep,
  outputTokens,
  usualInputTokens,
  type Wire,
} from '../model-step';

/** `POST /v1beta/models/<model>:streamGenerateContent?alt=sse` and `:generateContent`. */
export const geminiWire: Wire = {
  offersTools: (body) => hasEntries(field(body, 'tools')),
  wantsStream: (path) => path.includes(':streamGenerateContent'),
  stream: (step) => dataLines([content(step)]),
  document: content,
};

function content(step: ModelStep) {
  const input = step.inputTokens ?? usualInputTokens;
  const part =
    'say' in step ? { text: step.say } : { functionCall: { name: step.tool, args: step.arguments } };
  return {
    candidates: [{ index: 0, content: { role: 'model', parts: [part] }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: input,
      candidatesTokenCount: outputTokens,
      totalTokenCount: input + outputTokens,
    },
  };
}
