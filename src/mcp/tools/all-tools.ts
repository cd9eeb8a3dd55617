/** The tools, by what they do to the folder. At most eight: each costs every agent context, whether it is used or not. */
import { featurePass } from './feature-tool';
import { finalize } from './finalize-tool';
import { memory } from './memory-tool';
import { noteAdd } from './note-tool';
import { progressAdd } from './progress-tool';
import { taskCreate, taskShow, taskStatus } from './task-tools';

export const readingTools = [taskShow, memory];
export const writingTools = [taskCreate, taskStatus, progressAdd, featurePass, noteAdd, finalize];
