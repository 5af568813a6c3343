/** What has left this page in all, over all files: for speeds, which must not jump where a file was sent earlier. */
export class Traffic {
  /** Bytes. */
  total = 0;
  /** Requests with bytes that failed for the network's or the server's sake. */
  failures = 0;
}
