import { expect, it, vi } from 'vitest';
import { ApiError } from '../../src/api/http';
import { Limits } from '../../src/upload/limits';
import { MiB, bytesOf, fileOf } from '../fakes';
import { setUp } from '../set-up';

it('A file that the server does not take is refused before anything is sent, for good', async () => {
  const limits = new Limits();
  limits.learn({ maxFileSize: MiB, chunkSize: 8 * MiB });
  const { upload, server } = setUp(fileOf(bytesOf(MiB + 1)), undefined, limits);
  await upload.run();
  expect([upload.state, upload.message, upload.isFinal])
    .toEqual(['failed', 'Too large: this server takes files of up to 1.0 MiB', true]);
  upload.retry();
  expect(upload.state).toBe('failed');
  expect(server.calls).toEqual([]);
  const { upload: allowed } = setUp(fileOf(bytesOf(MiB)), server, limits);
  await allowed.run();
  expect([allowed.state, allowed.isFinal]).toEqual(['done', false]);
});

it.each([
  [{ maxFileSize: 20 * MiB }, 'Too large: this server takes files of up to 20.0 MiB'],
  [{}, 'Too large'],
])('One that it refuses itself says the same: %j', async (extensions, message) => {
  const { upload, server } = setUp(fileOf(bytesOf(MiB)), undefined, new Limits());
  vi.spyOn(server, 'sendWhole').mockRejectedValue(new ApiError(413, 'file-too-large', 'Too large', undefined, undefined, extensions));
  await upload.run();
  expect([upload.state, upload.message, upload.isFinal]).toEqual(['failed', message, true]);
});
