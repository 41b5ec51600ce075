/** Failures that the user can fix. */
export type BenchErrorCode =
  | 'BAD_MANIFEST'
  | 'BAD_OPTION'
  | 'BUILD_FAILED'
  | 'CERTIFICATES'
  | 'CONNECTION_LOST'
  | 'HOST_BUSY'
  | 'PACKAGES'
  | 'PLATFORM'
  | 'PROCESS_FAILED'
  | 'PROCESS_SILENT'
  | 'RECORD_UNREADABLE'
  | 'RESUME_REFUSED'
  | 'RESULTS_NOT_WRITABLE'
  | 'UNREACHABLE';

/** A failure that the user can fix. `code` is stable; `message` is a sentence that says what to do. */
export class BenchError extends Error {
  readonly code: BenchErrorCode;

  constructor(code: BenchErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The run was stopped from outside (Ctrl-C), which is not an error. */
export class Interrupted extends Error {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
