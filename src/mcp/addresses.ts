/** How tasks and packets are addressed: `baton://FOLDER/task/ID` and `baton://FOLDER/packet/ID`. */
import type { Folder } from './named-folders';

export const documentKinds = ['task', 'packet'] as const;
export type DocumentKind = (typeof documentKinds)[number];

export function addressTemplate(kind: DocumentKind): string {
  return `baton://{folder}/${kind}/{id}`;
}

export function addressOf({ name }: Folder, kind: DocumentKind, id: string): string {
  return `baton://${encodeURIComponent(name)}/${kind}/${encodeURIComponent(id)}`;
}

export interface Addressed {
  /** Name of the folder. */
  readonly folder: string;
  readonly kind: DocumentKind;
  readonly id: string;
}

/** Undefined for what is no such address. */
export function readAddress(address: string): Addressed | undefined {
  const [, folder, kind, id] = /^baton:\/\/([^/?#]+)\/(task|packet)\/([^/?#]+)$/.exec(address) ?? [];
  if (folder === undefined || id === undefined) return undefined;
  try {
    return {
      folder: decodeURIComponent(folder),
      kind: kind === 'task' ? 'task' : 'packet',
      id: decodeURIComponent(id),
    };
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
