import { describe, expect, it, vi } from 'vitest';
import type { StoredFile } from '../../src/api/api';
import { KnownFiles } from '../../src/upload/known-files';
import { Limits } from '../../src/upload/limits';
import { Slots } from '../../src/upload/slots';
import { BrowserTabs, type News, type Tabs } from '../../src/upload/tabs';
import { Traffic } from '../../src/upload/traffic';
import { Upload } from '../../src/upload/upload';
import { FakeServer } from '../fake-server';
import { DirectHasher, MiB, bytesOf, fileOf, storedFile } from '../fakes';
import { reaches } from '../set-up';

/** Another tab that has the file, until the test lets it go on. */
class OtherTab implements Tabs {
  readonly told: News[] = [];
  hear: (news?: News) => void = () => undefined;
  end: (end: (() => void) | StoredFile) => void = () => undefined;

  tell(news: News): void {
    this.told.push(news);
  }

  hold(): Promise<() => void> {
    return Promise.resolve(() => undefined);
  }

  claim(_key: string, signal: AbortSignal, hear: (news?: News) => void): Promise<(() => void) | StoredFile> {
    this.hear = hear;
    hear();
    return new Promise((resolve, reject) => {
      this.end = resolve;
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  }
}

function open(size = 9 * MiB) {
  const tabs = new OtherTab();
  const server = new FakeServer();
  const slots = { sending: new Slots(3), ahead: new Slots(4) };
  const shared = { slots, limits: new Limits(), known: new KnownFiles(), traffic: new Traffic() };
  const services = { api: server, hasher: new DirectHasher(), ...shared, tabs };
  server.chunkSize = 4 * MiB;
  return { tabs, server, upload: new Upload({ file: fileOf(bytesOf(size)) }, services) };
}

describe('A file that another tab uploads', () => {
  it('is watched, and is there when the other tab has brought it up', async () => {
    const { tabs, server, upload } = open();
    const run = upload.run();
    await reaches(upload, 'elsewhere');
    tabs.hear({ key: '', acknowledged: 4 * MiB });
    expect(upload.counters.acknowledged).toBe(4 * MiB);
    tabs.end(storedFile({ id: 'x', size: 9 * MiB, url: '/files/x' }));
    await run;
    expect(upload.state).toBe('done');
    expect(upload.result?.url).toBe('/files/x');
    expect(server.calls).toEqual([]);
  });

  it('goes up here when the other tab lets go of it, and others are told', async () => {
    const { tabs, upload } = open();
    let released = false;
    const run = upload.run();
    await reaches(upload, 'elsewhere');
    tabs.end(() => {
      released = true;
    });
    await run;
    expect(upload.state).toBe('done');
    expect(released).toBe(true);
    expect(tabs.told.map(({ acknowledged }) => acknowledged / MiB)).toEqual([4, 8, 9, 9]);
    expect(tabs.told.at(-1)?.file).toMatchObject({ name: 'film.mp4' });
    expect(tabs.told.filter(({ file }) => file)).toHaveLength(1);
  });

  it('can be paused', async () => {
    const { upload } = open();
    const run = upload.run();
    await reaches(upload, 'elsewhere');
    upload.pause();
    await run;
    expect(upload.state).toBe('paused');
  });

  it('is let go of where it comes free in the moment of a pause', async () => {
    const { tabs, upload, server } = open();
    vi.spyOn(tabs, 'claim').mockImplementation((_key, _signal, hear) => {
      hear();
      return new Promise(resolve => {
        tabs.end = resolve;
      });
    });
    const run = upload.run();
    await reaches(upload, 'elsewhere');
    const release = vi.fn();
    upload.pause();
    tabs.end(release);
    await run;
    expect(upload.state).toBe('paused');
    expect(release).toHaveBeenCalledOnce();
    expect(server.calls).toEqual([]);
  });
});

it('A small file goes up without a word to other tabs: it is there before they answer', async () => {
  const { tabs, upload } = open(1 * MiB);
  const asked = vi.spyOn(tabs, 'claim');
  await upload.run();
  expect(upload.state).toBe('done');
  expect(asked).not.toHaveBeenCalled();
  expect(tabs.told).toEqual([]);
});

describe('Where a visitor has forbidden site data', () => {
  it('each tab is alone, and uploads all the same', async () => {
    const denied = () => new DOMException('Access to the Locks API is denied in this context.', 'SecurityError');
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(denied()) } });
    vi.stubGlobal('BroadcastChannel', function () {
      throw denied();
    });
    const tabs = new BrowserTabs();
    const { signal } = new AbortController();
    expect(await tabs.claim('a', signal, () => undefined)).toBeTypeOf('function');
    expect(await tabs.hold('a')).toBeTypeOf('function');
    expect(await tabs.hold('a', signal)).toBeTypeOf('function');
    tabs.tell({ key: 'a', acknowledged: 1 });
  });

  it('but another fault of a lock is told', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('broken')) } });
    await expect(new BrowserTabs().hold('a')).rejects.toThrow('broken');
  });
});
