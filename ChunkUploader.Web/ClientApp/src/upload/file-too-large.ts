import { formatBytes } from '../texts/format';
import { text } from '../texts/texts';

/** The server takes no files of this size. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';

  /** @param limit the largest that it takes, in bytes */
  constructor(limit: number) {
    super(text('tooLarge', { limit: formatBytes(limit) }));
  }
}
