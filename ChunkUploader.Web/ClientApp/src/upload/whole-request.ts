/** The request that begins and ends the upload of a small file. */
export class WholeRequest {
  /**
   * Names the session, so that a file whose answer was lost is not stored a second time: 128 random bits in hex, not
   * `randomUUID`, which plain http has not.
   */
  readonly id = Array.from(crypto.getRandomValues(new Uint8Array(16)), toHex).join('');
  /** Then the file may be there, whatever became of the answer. */
  isSent = false;
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
