// Texts with the cursor or the expected ranges marked in them, so that tests need no offsets.
import assert from 'node:assert/strict';
import { readTaskText, type TaskText } from '../../../../src/core/editing/task-text';

/** A file as Baton and agents write it, with every section in use. */
export const sample = `---
status: in_progress
depends_on: ["100", "12"] # "7" is only a comment
priority: 2
created: 2026-11-21T07:28:00Z
---

# Task #101: JWT Service - State

## 1. Static Context

**PRD:** ../docs/user-auth.md
**Epic:** Login
**Repository:** backend
**Agent:** claude

### Task Description
Needs the table of #100 and PR #12, see https://example.org/#100 and [there](#100).
Not \`#100\` and not a heading.

### Acceptance Criteria
- [x] Generate JWT
- [ ] Refuse expired ones, as task #12 says

---

## 2. Chain Inputs

### From Task #100: Database Schema
<!-- baton:input from=100 hash=abc123 -->
> Users table, made by #100.

---

## 3. Feature Checklist

\`\`\`json
{
  "features": [
    {
      "id": "jwt-1",
      "description": "Tokens of #100",
      "passes": true,
      "tested_at": "2026-11-21T08:00:00Z",
      "files": ["src/jwt.ts", "src/**/*.ts"]
    },
    {
      "id": "jwt-2",
      "description": "Expiry",
      "passes": false,
      "tested_at": null
    }
  ],
  "overall_progress": "50%"
}
\`\`\`

---

## 4. Progress Log

### Session 1 - 2026-11-21 14:30
**What I did:**
- Read #100.

---

## 5. Git History
- \`abc1234\` - feat: add token (#100)

---

## 6. Chain Output

### Summary
Tokens for #101.

### Files Created/Modified
- \`src/jwt.ts\` - the service
- src/keys.ts: the keys
- \`npm run build\` makes it

### Configuration Required
- \`JWT_SECRET\`: a long random text
- JWT_SECRET=9f8a7b6c5d4e3f2a1b0c
`;

export const windows = (text: string) => text.replaceAll('\n', '\r\n');

/** The text without its one `|`, and where that stood. */
export function atCursor(marked: string): { readonly task: TaskText; readonly offset: number } {
  const offset = marked.indexOf('|');
  assert.notEqual(offset, -1);
  return { task: readTaskText(marked.slice(0, offset) + marked.slice(offset + 1)), offset };
}

/** The sample with a cursor behind a text of it. */
export function sampleAfter(words: string, text: string = sample): ReturnType<typeof atCursor> {
  const at = text.indexOf(words);
  assert.notEqual(at, -1, words);
  return { task: readTaskText(text), offset: at + words.length };
}

export function textAt({ text }: TaskText, { start, end }: { start: number; end: number }): string {
  return text.slice(start, end);
}
