import { expect, it } from 'vitest';
import { overallOf } from '../../src/queue/overall';
import type { Upload, UploadState } from '../../src/upload/upload';
import { bytesOf, fileOf } from '../fakes';

function at(state: UploadState, acknowledged = 0, inFlight: number[] = []): Upload {
  const counters = { acknowledged, inFlight: new Map(inFlight.entries()) };
  const upload: unknown = { state, file: fileOf(bytesOf(1000)), counters };
  return upload as Upload;
}

it('All files are one: those that are cancelled are left out, those that are done count whole', () => {
  const uploads = [at('done'), at('uploading', 300, [50]), at('failed', 100), at('conflict'), at('cancelled', 900), at('waiting')];
  expect(overallOf(uploads)).toEqual({ files: 5, ended: 3, done: 1, failed: 2, size: 5000, sent: 1450 });
});
