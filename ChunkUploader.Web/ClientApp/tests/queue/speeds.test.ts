import { expect, it } from 'vitest';
import { Speeds } from '../../src/queue/speeds';
import type { Upload } from '../../src/upload/upload';
import { bytesOf, fileOf } from '../fakes';

it('A speed is that of what the upload is at now, and ends with it', () => {
  const upload = {
    state: 'uploading',
    file: fileOf(bytesOf(1000)),
    counters: { acknowledged: 0, inFlight: new Map<number, number>(), read: 0, toRead: 0 },
  };
  const uploads: unknown = [upload];
  const [measured] = uploads as [Upload];
  const speeds = new Speeds();
  speeds.sample(0, [measured]);
  upload.counters.acknowledged = 100;
  speeds.sample(1000, [measured]);
  expect(speeds.of(measured)).toEqual({ speed: 100, timeLeft: 9 });
  upload.state = 'verifying';
  expect(speeds.of(measured)).toBeUndefined();
  speeds.sample(2000, [measured]);
  upload.state = 'uploading';
  expect(speeds.of(measured)).toBeUndefined();
});
