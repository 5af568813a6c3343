/** What the server turned out to have: people pick again what they have uploaded, and then many files in a row. */
export class KnownFiles {
  /** Whether it had the last small file: then it is asked for the next one before that is sent. */
  lastWasThere = false;
}
