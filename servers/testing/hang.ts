/**
 * What has not come after this time never comes: the one deadline of the tests. It ends what hangs and is no bound, so
 * it is far longer than the slowest machine needs, and shorter than the time that the runner gives a test.
 */
export const hangMilliseconds = 300_000;
