/**
 * simple-git behind one function, in a bundle of its own: it is a tenth of what we ship, and a window that never asks
 * git anything never loads it.
 */
import { type SimpleGit, type SimpleGitOptions, simpleGit } from 'simple-git';

export function openGit(options: Partial<SimpleGitOptions>): SimpleGit {
  return simpleGit(options);
}
