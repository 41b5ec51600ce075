import { quietProgress } from '../progress/create.ts';

/** Progress that shows nothing. */
export const silentProgress = quietProgress(() => {});
