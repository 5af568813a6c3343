import { text } from '../texts/texts';
import { FileChangedError } from '../hashing/file-changed';
import { FileTooLargeError } from './file-too-large';
import { ApiError } from '../api/http';
import { ConflictError } from './upload-context';

/** Pause and cancel; the upload's state says which. */
export class StoppedError extends Error {}

export interface Outcome {
  readonly state: 'failed' | 'conflict' | 'moved';
  readonly message: string;
  /** Whether what was hashed so far still counts. */
  readonly keepDigests: boolean;
  /** Whether the next start must give up the session. */
  readonly discardSession: boolean;
  /** Whether trying again comes to the same. */
  readonly isFinal: boolean;
}

/** What an error means for an upload, in words for people. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof ConflictError || ApiError.hasCode(error, 'chunk-differs', 'session-conflict'))
    return { ...failure(new ConflictError().message), state: 'conflict', keepDigests: true };
  if (ApiError.hasCode(error, 'upload-taken-over')) return { ...failure(''), state: 'moved' };
  if (ApiError.hasCode(error, 'digest-mismatch'))
    return {
      ...failure(text('arrivedDifferent')),
      discardSession: true,
    };
  if (error instanceof FileTooLargeError) return { ...failure(error.message), isFinal: true };
  if (ApiError.hasCode(error, 'file-too-large')) {
    const { maxFileSize } = error.extensions;
    return typeof maxFileSize === 'number'
      ? outcomeOf(new FileTooLargeError(maxFileSize))
      : { ...failure(messageOf(error)), isFinal: true };
  }
  if (error instanceof FileChangedError) return failure(error.message);
  if (error instanceof ApiError) return { ...failure(messageOf(error)), keepDigests: true };
  return failure(text('pageFault', { message: error instanceof Error ? error.message : String(error) }));
}

function failure(message: string): Outcome {
  return { state: 'failed', message, keepDigests: false, discardSession: false, isFinal: false };
}

/** A refusal in the server's words. */
export function messageOf({ message, detail }: ApiError): string {
  return detail === undefined || detail === message ? message : `${message.replace(/\.$/, '')}: ${detail}`;
}

/** A proxy refuses requests of this size; the server's own refusals have a code of theirs. */
export function isTooLarge(error: unknown): boolean {
  return ApiError.hasCode(error, 'http-413');
}
