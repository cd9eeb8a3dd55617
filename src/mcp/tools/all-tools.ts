/** The tools, by what they do to the folder. At most eight: each costs every agent context, whether it is used or not. */
import { featurePass } from './feature-tool';
import { finalize } from './finalize-tool';
import { noteAdd } from './note-tool';
import { progressAdd } from './progress-tool';
import { taskCreate, taskList, taskShow, taskStatus } from './task-tools';

export const readingTools = [taskList, taskShow];
export const writingTools = [taskCreate, taskStatus, progressAdd, featurePass, noteAdd, finalize];
