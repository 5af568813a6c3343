import { describe, expect, it } from 'vitest';
import type { Challenge } from '../../src/api/api';
import { toHex } from '../../src/hashing/sha256';
import { FakeServer } from '../fake-server';
import { KiB, MiB, bytesOf, fileOf, refusal, sameBytes } from '../fakes';
import { gate, setUp } from '../set-up';

const bytes = bytesOf(1.5 * MiB + 7); // seven chunks of 256 KiB, the last one short
const other = bytesOf(bytes.length, 3);

describe('A new file', () => {
  it('goes up in chunks and arrives bit for bit', async () => {
    const { upload, server, states, hasher } = setUp(fileOf(bytes));
    await upload.run();
    expect(states).toEqual(['checking', 'uploading', 'verifying', 'done']);
    expect(server.count('chunk')).toBe(7);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
    expect(upload.result?.url).toBe('/files/session1');
    expect(hasher.closed).toBe(1);
  });

  it('of no bytes needs no chunk', async () => {
    const { upload, server, states } = setUp(fileOf(bytesOf(0)));
    await upload.run();
    expect(states.at(-1)).toBe('done');
    expect(server.calls).toEqual(['begin']);
  });

  it('tells its digests at the end', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    await upload.run();
    expect(server.calls.at(-1)).toBe('complete 7ef1825677b0ae98a4592ca558739821');
  });

  it('has three chunks under way at most, and one more hashed', async () => {
    const server = new FakeServer();
    server.chunkSize = 4 * MiB;
    const hold = gate();
    server.before = call => (call.startsWith('chunk') ? hold.passed : undefined);
    const { upload, hasher } = setUp(fileOf(bytesOf(24 * MiB)), server);
    const done = upload.run();
    while (hasher.reads.length < 4) await new Promise(setImmediate);
    for (let i = 0; i < 200; i++) await new Promise(setImmediate); // what else could start, has
    expect(server.count('chunk')).toBe(3);
    expect(hasher.reads).toHaveLength(4);
    hold.open();
    await done;
    expect(hasher.reads).toHaveLength(6);
  });
});

describe('A half uploaded file', () => {
  it('is compared first, then only what is missing is sent', async () => {
    const server = new FakeServer();
    server.chunkSize = 4 * MiB;
    const large = bytesOf(14 * MiB);
    server.hold(large, [0, 2]);
    const { upload, states } = setUp(fileOf(large), server);
    await upload.run();
    expect(states).toEqual(['checking', 'comparing', 'uploading', 'verifying', 'done']);
    expect(server.calls.filter(call => call.startsWith('chunk'))).toEqual(['chunk 1', 'chunk 3']);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), large)).toBe(true);
  });

  it('of other bytes is never mixed in', async () => {
    const server = new FakeServer();
    server.chunkSize = 4 * MiB;
    const mine = bytesOf(13 * MiB);
    const theirs = mine.slice();
    theirs.fill(0, 12 * MiB + 1, 12 * MiB + 4); // only the last of the received blocks differs
    server.hold(theirs, [0, 1, 3]);
    const { upload, states } = setUp(fileOf(mine), server);
    await upload.run();
    expect(states.at(-1)).toBe('conflict');
    expect(upload.message).toBe('Another file with this name is half uploaded');
    expect(server.count('chunk')).toBe(0);
  });

  it('of other bytes gives way only to "start over"', async () => {
    const server = new FakeServer();
    const held = server.hold(other, [0, 1, 2, 3, 4, 5, 6]);
    const { upload } = setUp(fileOf(bytes), server);
    await upload.run();
    upload.startOver();
    await upload.run();
    expect(upload.state).toBe('done');
    expect(server.sessions.has(held)).toBe(false);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });

  it('of other bytes outlives the cancelling of this one', async () => {
    const server = new FakeServer();
    const held = server.hold(other, [0, 1, 2, 3, 4, 5, 6]);
    const { upload } = setUp(fileOf(bytes), server);
    await upload.run();
    await upload.cancel();
    expect(upload.state).toBe('cancelled');
    expect(server.sessions.has(held)).toBe(true);
  });

  it('that the server finds to differ is a conflict, too', async () => {
    const { upload, server } = setUp(fileOf(bytes));
    server.before = call => {
      if (call === 'chunk 2') throw refusal(409, 'chunk-differs');
    };
    await upload.run();
    expect(upload.state).toBe('conflict');
  });
});

describe('A file that the server may have', () => {
  const challenge: Challenge = { nonce: 'ab'.repeat(32), ranges: [[5, 10], [500 * KiB, 100]] };
  const large = bytesOf(9 * MiB);

  it('is there at once when the proof is right, and no byte is sent', async () => {
    const server = new FakeServer();
    server.offer = () => challenge;
    const { upload, states, hasher } = setUp(fileOf(large), server);
    await upload.run();
    expect(states).toEqual(['checking', 'hashing', 'done']);
    expect(server.count('chunk')).toBe(0);
    expect(upload.result?.instant).toBe(true);
    const asked = [...Array<number>(32).fill(0xab), ...large.slice(5, 15), ...large.slice(500 * KiB, 500 * KiB + 100)];
    const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(asked));
    expect(server.calls).toEqual(['begin', 'digests', `proof ${toHex(new Uint8Array(digest))}`]);
    expect(hasher.closed).toBe(1);
  });

  it('of one block is offered with the first answer, as begin has all digests', async () => {
    const server = new FakeServer();
    server.offer = () => challenge;
    const { upload } = setUp(fileOf(bytes), server);
    await upload.run();
    expect(upload.result?.instant).toBe(true);
    expect(server.calls.map(call => call.split(' ')[0])).toEqual(['begin', 'proof']);
  });

  it('goes up when it is another one, and is not hashed again', async () => {
    const server = new FakeServer();
    server.chunkSize = 4 * MiB;
    server.offer = () => null;
    const { upload, states } = setUp(fileOf(large), server);
    await upload.run();
    expect(states).toEqual(['checking', 'hashing', 'uploading', 'verifying', 'done']);
    expect(server.count('digests')).toBe(1);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), large)).toBe(true);
  });

  it.each([[429, 'too-many-requests', 600], [409, 'session-conflict', 600], [400, 'invalid-request', undefined]])(
    'goes up at once when the proof is answered with %i %s',
    async (status, code, retryAfter) => {
      const server = new FakeServer();
      server.offer = () => challenge;
      server.before = call => {
        if (call.startsWith('proof')) throw refusal(status, code, retryAfter);
      };
      const { upload, states } = setUp(fileOf(bytes), server);
      await upload.run();
      expect(states).toEqual(['checking', 'uploading', 'verifying', 'done']);
      expect(server.count('proof')).toBe(1);
      expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
    },
  );

  it('goes up when the proof is wrong', async () => {
    const server = new FakeServer();
    server.offer = () => challenge;
    const { upload } = setUp(fileOf(bytes), server);
    server.acceptsProofs = false;
    await upload.run();
    expect(upload.state).toBe('done');
    expect(upload.result?.instant).toBe(false);
    expect(sameBytes(server.stored[0] ?? bytesOf(0), bytes)).toBe(true);
  });
});
