/** Composition root of what a window needs only when another extension calls Baton's API: a bundle of its own. */
import { type ApiServices, ApiWork } from './vscode/api-work';

export function startApi(services: ApiServices): ApiWork {
  return new ApiWork(services);
}
