/** The code of a problem with the place that explains it: a section of a document that ships with Baton. */
import * as vscode from 'vscode';

const heading = /^##+ `(\w+)`/;

let reading: Promise<void> | undefined;
let lines: ReadonlyMap<string, number> = new Map();

/** Before the first link is made: until then links lead to the beginning of the document. Never throws. */
export function readLinks(): Promise<void> {
  reading ??= readLines();
  return reading;
}

export function linkedCode(code: string): NonNullable<vscode.Diagnostic['code']> {
  const target = documentUri();
  const line = lines.get(code);
  if (target === undefined) return code;
  return { value: code, target: line === undefined ? target : target.with({ fragment: `L${line}` }) };
}

/** What filters and quick fixes key on. */
export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : code);
}

function documentUri(): vscode.Uri | undefined {
  const extension = vscode.extensions.getExtension('baton.baton');
  return extension && vscode.Uri.joinPath(extension.extensionUri, 'media', 'problems.md');
}

async function readLines(): Promise<void> {
  const uri = documentUri();
  if (uri === undefined) return;
  try {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    lines = new Map(
      text.split(/\r?\n/).map((line, index) => [heading.exec(line)?.[1] ?? '', index + 1] as const),
    );
  } catch {
    // Without it the codes are as good, and their link leads to the document.
  }
}
