import { vi } from 'vitest';
import { KnownFiles } from '../src/upload/known-files';
import { Limits } from '../src/upload/limits';
import { Slots } from '../src/upload/slots';
import type { Tabs } from '../src/upload/tabs';
import { Traffic } from '../src/upload/traffic';
import { Upload, type UploadState } from '../src/upload/upload';
import { FakeServer } from './fake-server';
import { DirectHasher, MiB, strictLimits } from './fakes';

/** A small file takes several chunks all the same, unless the limits are given. */
export function setUp(file: File, server = new FakeServer(), limits = limitsFor(file), known = new KnownFiles(), tabs?: Tabs) {
  const hasher = new DirectHasher();
  const slots = { sending: new Slots(3), ahead: new Slots(4) };
  const traffic = new Traffic();
  const upload = new Upload({ file }, {
    ...{ api: server, hasher, slots, limits, traffic, known }, ...(tabs ? { tabs } : {}),
  });
  const states: UploadState[] = [];
  upload.onChange = () => {
    if (states.at(-1) !== upload.state) states.push(upload.state);
  };
  return { upload, server, hasher, states, slots, limits, traffic };
}

function limitsFor({ size }: File): Limits {
  return size > 8 * MiB ? new Limits() : strictLimits();
}

/** Ends at the moment when the upload reaches the state. */
export function reaches(upload: Upload, state: UploadState): Promise<void> {
  return new Promise(resolve => {
    const inner = upload.onChange;
    upload.onChange = () => {
      inner?.();
      if (upload.state === state) resolve();
    };
    if (upload.state === state) resolve();
  });
}

/** A promise with its ends in hand. */
export function gate() {
  let open: () => void = () => undefined;
  const passed = new Promise<void>(resolve => {
    open = resolve;
  });
  return { passed, open };
}

/** Fails the first `times` calls with this name. */
export function failing(name: string, times: number, error: () => Error) {
  let failed = 0;
  return (call: string) => {
    if (call.startsWith(name) && failed++ < times) throw error();
  };
}

/** Makes this a page that can be left, until the test ends. */
export function leavable() {
  const page = new EventTarget();
  const listeners = new Set<unknown>();
  vi.stubGlobal('addEventListener', (...[type, listener, options]: Parameters<EventTarget['addEventListener']>) => {
    listeners.add(listener);
    page.addEventListener(type, listener, options);
  });
  vi.stubGlobal('removeEventListener', (...[type, listener]: Parameters<EventTarget['removeEventListener']>) => {
    listeners.delete(listener);
    page.removeEventListener(type, listener);
  });
  return { listeners, leave: () => page.dispatchEvent(new Event('pagehide')) };
}
