/**
 * The file that a connection thread runs in a bundle: Piscina's worker loop and what it is to run, in one. Piscina
 * looks for `worker.js` beside itself, and loads the task from the same file a second time, which is already loaded.
 */
import '../../../node_modules/piscina/dist/worker.js';

export { default } from './connection.ts';
