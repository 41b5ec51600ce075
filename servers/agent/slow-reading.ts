/**
 * Largest share of the time that a slow reading may take. The four slow readings of a process together then take less
 * than 1 % of a core, which is the budget for watching.
 */
const slowReadingShare = 0.002;

/** Wraps a reading so that after a slow one it returns undefined until enough time has passed. */
export function slowReading<Value>(read: () => Value): () => Value | undefined {
  let notBefore = 0;
  return () => {
    const start = performance.now();
    if (start < notBefore) return undefined;
    try {
      return read();
    } catch {
      // Not permitted, or the process or one of its threads has just ended: undefined now, and tried again later.
      return undefined;
    } finally {
      const end = performance.now();
      notBefore = end + (end - start) / slowReadingShare;
    }
  };
}
