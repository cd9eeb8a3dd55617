/** The sample chain newcomers start with: the seed document's own example, #100 → #101 → #102. */
import { isBatonError } from '../base/baton-error';
import { type CreateTaskInput, createTask } from './create-task';
import type { TaskView } from './task-view';
import type { BatonWorkspace } from './workspace';

const sample: readonly (CreateTaskInput & { readonly id: string })[] = [
  {
    id: '100',
    title: 'Database Schema',
    epic: 'User Authentication System',
    repository: 'backend',
    agent: 'demo',
    priority: 1,
    description: 'Create the tables that user authentication needs.',
    criteria: ['Users table holds id, email, password hash and creation time'],
    features: [{ id: 'db-1', description: 'users table with a unique email' }],
  },
  {
    id: '101',
    title: 'JWT Service',
    dependsOn: ['100'],
    epic: 'User Authentication System',
    repository: 'backend',
    agent: 'demo',
    priority: 1,
    description: 'Implement JWT token generation and verification service.',
    criteria: [
      'Generate JWT on successful login',
      'Validate JWT on protected routes',
      'Implement refresh token rotation',
    ],
    features: [
      { id: 'jwt-1', description: 'generateToken() creates valid JWT' },
      { id: 'jwt-2', description: 'verifyToken() validates signature' },
    ],
  },
  {
    id: '102',
    title: 'Auth Endpoints',
    dependsOn: ['100', '101'],
    epic: 'User Authentication System',
    repository: 'backend',
    agent: 'demo',
    priority: 2,
    description: 'Expose login, refresh and logout over HTTP, on top of the JWT service.',
    criteria: ['Login answers with a token', 'Protected routes refuse a bad token'],
    features: [
      { id: 'auth-1', description: 'POST /login answers with a token' },
      { id: 'auth-2', description: 'a protected route refuses a missing or bad token' },
    ],
  },
];

/** Creates the tasks that are not there yet; an id that is taken is left as it is. */
export async function createSample(workspace: BatonWorkspace): Promise<readonly TaskView[]> {
  const created: TaskView[] = [];
  for (const task of sample) {
    try {
      created.push(await createTask(workspace, task));
    } catch (error) {
      if (!isBatonError(error, 'exists')) throw error;
    }
  }
  return created;
}
