export const profileNames = ['smoke', 'quick', 'full'] as const;

/** The profile of a run whose user names none. */
export const defaultProfile = 'quick' satisfies ProfileName;

export type ProfileName = (typeof profileNames)[number];

/** The phases of a run, in the order in which they run. */
export const phaseNames = ['build', 'calibration', 'memory', 'connected', 'sending', 'arrivals', 'https'] as const;

export type PhaseName = (typeof phaseNames)[number];
