export const profileNames = ['smoke', 'quick', 'full'] as const;

export type ProfileName = (typeof profileNames)[number];

/** What is measured, in this order. */
export const phaseNames = ['build', 'calibration', 'memory', 'connected', 'sending', 'arrivals', 'https'] as const;

export type PhaseName = (typeof phaseNames)[number];
