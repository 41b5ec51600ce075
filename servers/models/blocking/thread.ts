/**
 * Entry point of a connection thread in a bundle: Piscina's worker loop and the task that it runs, in one file. Piscina
 * looks for `worker.js` beside itself, and then loads the task from the same file, which is already loaded.
 */
import '../../../node_modules/piscina/dist/worker.js';

export { default } from './connection.ts';
