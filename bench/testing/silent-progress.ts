import { quietProgress } from '../progress/create.ts';

/** Nobody watches. */
export const silentProgress = quietProgress(() => {});
