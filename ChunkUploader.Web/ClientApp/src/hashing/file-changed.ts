import { text } from '../texts/texts';

/** The bytes are not those that were read before, or cannot be read any more. */
export class FileChangedError extends Error {
  override readonly name = 'FileChangedError';

  constructor() {
    super(text('fileChanged'));
  }
}
