export const profileNames = ['smoke', 'quick', 'full'] as const;

/** A run has it unless the user names another. */
export const defaultProfile = 'quick' satisfies ProfileName;

export type ProfileName = (typeof profileNames)[number];

/** What is measured, in this order. */
export const phaseNames = ['build', 'calibration', 'memory', 'connected', 'sending', 'arrivals', 'https'] as const;

export type PhaseName = (typeof phaseNames)[number];
