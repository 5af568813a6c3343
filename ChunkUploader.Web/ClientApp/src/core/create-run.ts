import type { FileDigests } from '../hashing/hasher';
import type { Calls } from './calls';
import { tell } from './claim';
import type { Run } from './run';
import type { Upload } from './upload';
import type { UploadServices } from './upload-state';

/** What a start changes of its upload. */
type Host = Pick<Run, 'enter' | 'remember' | 'lock' | 'isOurs' | 'markOurs'>;

/** One start of an upload. It changes nothing any more once it is stopped. */
export function createRun(
  upload: Upload, services: UploadServices, calls: Calls, digests: FileDigests, controller: AbortController, host: Host,
): Run {
  const { signal } = controller;
  const { file, relativePath, counters, session, whole } = upload;
  return {
    ...services,
    ...host,
    ...{ digests, file, relativePath, counters, session, whole, signal },
    enter: phase => {
      signal.throwIfAborted();
      host.enter(phase);
    },
    moved: () => upload.onChange?.(),
    received: (index, bytes) => {
      counters.chunks?.add(index);
      counters.acknowledged += bytes;
      tell(upload, services);
      upload.onChange?.();
    },
    call: (request, until = signal) => calls.make(request, until),
    fail: error => {
      controller.abort(error);
    },
  };
}
