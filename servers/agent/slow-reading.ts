/**
 * A reading that may take long runs at most this share of the time: the four there are of a process then take less than
 * 1 % of a core together, which is what watching may cost.
 */
const slowReadingShare = 0.002;

/** Takes a reading only when enough time has passed since one that took long. */
export function slowReading<Value>(read: () => Value): () => Value | undefined {
  let notBefore = 0;
  return () => {
    const start = performance.now();
    if (start < notBefore) return undefined;
    try {
      return read();
    } catch {
      // Not permitted, or the process or one of its threads has just ended: absent, and tried again.
      return undefined;
    } finally {
      const end = performance.now();
      notBefore = end + (end - start) / slowReadingShare;
    }
  };
}
