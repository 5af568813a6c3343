// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';
import { acceptFiles } from '../../src/page/drop-zone';
import type { PickedFile } from '../../src/upload/picked-file';
import { droppedFiles } from '../../src/page/dropped';
import { bytesOf, fileOf } from '../fakes';
import { until } from '../until';

const unreadable = new DOMException('no permission', 'NotReadableError');

function file(path: string, isReadable = true) {
  const give = (resolve: (file: File) => void, reject: (error: Error) => void) => {
    if (isReadable) resolve(fileOf(bytesOf(1), path.split('/').at(-1)));
    else reject(unreadable);
  };
  return { isFile: true, fullPath: path, file: give };
}

/** Lists its children in two parts, as browsers list large folders in many. */
function folder(path: string, children: unknown[], isReadable = true) {
  const createReader = () => {
    const parts = [children.slice(0, 1), children.slice(1), []];
    return {
      readEntries: (resolve: (entries: unknown) => void, reject: (error: Error) => void) => {
        if (isReadable) resolve(parts.shift());
        else reject(unreadable);
      },
    };
  };
  return { isFile: false, fullPath: path, createReader };
}

const itemOf = (entry: unknown, asFile: File | null = null) =>
  ({ webkitGetAsEntry: () => entry, getAsFile: () => asFile });

const transferOf = (...entries: unknown[]) =>
  ({ types: ['Files'], items: entries.map(entry => itemOf(entry)), files: [] });

const some = () =>
  transferOf(
    file('/a'),
    folder('/f', [file('/f/b'), file('/f/locked', false), folder('/f/g', [file('/f/g/c')]), folder('/f/h', [], false)]),
    file('/d'),
  );

describe('A drop', () => {
  it('gives all files that can be read, and names what cannot', async () => {
    const drop = await droppedFiles(some() as unknown as DataTransfer);
    const names = drop.files.map(({ file: { name }, relativePath }) => relativePath ?? name);
    expect(names).toEqual(['a', 'f/b', 'f/g/c', 'd']);
    expect(drop.unreadable).toEqual(['f/locked', 'f/h']);
  });

  it('takes a file that has bytes, but no path', async () => {
    const items = [
      itemOf(file('/mail.eml', false), fileOf(bytesOf(3), 'mail.eml')),
      itemOf(file('/link', false), fileOf(bytesOf(0), 'link')),
    ];
    const drop = await droppedFiles({ types: ['Files'], items, files: [] } as unknown as DataTransfer);
    expect(drop.files.map(({ file: { name, size } }) => ({ name, size }))).toEqual([{ name: 'mail.eml', size: 3 }]);
    expect(drop.unreadable).toEqual(['link']);
  });

  it("keeps the handles of what was dropped: a folder's does for all of its files", async () => {
    const give = (kind: string, name: string) => ({ kind, name });
    const items = [
      { ...itemOf(file('/a')), getAsFileSystemHandle: () => Promise.resolve(give('file', 'a')) },
      {
        ...itemOf(folder('/f', [file('/f/a'), folder('/f/g', [file('/f/g/c')])])),
        getAsFileSystemHandle: () => Promise.resolve(give('directory', 'f')),
      },
      { ...itemOf(file('/d')), getAsFileSystemHandle: () => Promise.reject(unreadable) },
    ];
    const drop = await droppedFiles({ types: ['Files'], items, files: [] } as unknown as DataTransfer);
    expect(drop.files.map(({ handle }) => handle && `${handle.kind} ${handle.name}`))
      .toEqual(['file a', 'directory f', 'directory f', undefined]);
  });

  it('says on the page what was left out, until the next drop', async () => {
    const notice = document.createElement('p');
    const add = vi.fn<(files: PickedFile[]) => number>(() => 0);
    acceptFiles({ zone: document.createElement('label'), inputs: [], notice, add });
    const drop = (dataTransfer: unknown) => window.dispatchEvent(Object.assign(new Event('drop'), { dataTransfer }));
    drop(some());
    await until(() => add.mock.calls.length === 1);
    expect(notice.hidden).toBe(false);
    expect(notice.textContent).toBe('Left out, as the browser cannot read it: f/locked and 1 more.');
    drop(transferOf(file('/a')));
    await until(() => add.mock.calls.length === 2);
    expect(notice.hidden).toBe(true);
    drop(transferOf(folder('/empty', []), folder('/f', [folder('/f/empty', [])])));
    await until(() => !notice.hidden);
    expect(notice.textContent).toBe('There is no file in what was dropped.');
  });
});

describe('Files', () => {
  const open = (leftOut: number) => {
    const notice = document.createElement('p');
    const input = document.createElement('input');
    const add = vi.fn<(files: PickedFile[]) => number>(() => leftOut);
    acceptFiles({ zone: document.createElement('label'), inputs: [input], notice, add });
    return { notice, add, input };
  };

  it('can be pasted, pictures with a name that tells them apart', async () => {
    const { add } = open(0);
    const image = () => Object.assign(new File(['x'], 'image.png', { type: 'image/png' }), { webkitRelativePath: '' });
    const files = [fileOf(bytesOf(1), 'film.mp4'), image(), image()];
    for (const file of files) Object.assign(file, { webkitRelativePath: '' });
    const paste = Object.assign(new Event('paste', { cancelable: true }), { clipboardData: { files } });
    vi.useFakeTimers({ now: new Date(2026, 6, 5, 14, 3, 22), toFake: ['Date'] });
    window.dispatchEvent(paste);
    vi.useRealTimers();
    const pasted = add.mock.calls.at(-1)?.[0].map(({ file }) => file) ?? [];
    expect(pasted.map(({ name }) => name))
      .toEqual(['film.mp4', 'Pasted 2026-07-05 14.03.22.png', 'Pasted 2026-07-05 14.03.22 (2).png']);
    expect(pasted[1]?.type).toBe('image/png');
    expect(await pasted[1]?.text()).toBe('x');
    expect(paste.defaultPrevented).toBe(true);
    window.dispatchEvent(Object.assign(new Event('paste'), { clipboardData: { files: [] } })); // text
    expect(add).toHaveBeenCalledTimes(1);
  });

  it('that were picked before the script ran are taken', () => {
    const input = document.createElement('input');
    const early = Object.assign(fileOf(bytesOf(1), 'early.txt'), { webkitRelativePath: '' });
    vi.spyOn(input, 'files', 'get').mockReturnValue([early] as unknown as FileList);
    const add = vi.fn<(files: PickedFile[]) => number>(() => 0);
    acceptFiles({ zone: document.createElement('label'), inputs: [input], notice: document.createElement('p'), add });
    expect(add.mock.calls.map(([files]) => files.map(({ file }) => file))).toEqual([[early]]);
  });

  it('can be picked again at once', () => {
    const { input } = open(0);
    input.value = 'film.mp4';
    input.dispatchEvent(new Event('change'));
    expect(input.value).toBe('');
  });

  it('that were picked twice are told', () => {
    vi.useFakeTimers();
    const { notice, input } = open(2);
    input.dispatchEvent(new Event('change'));
    expect(notice.textContent).toBe('2 files were picked twice and are uploaded once.');
    vi.advanceTimersByTime(10_000);
    expect(notice.hidden).toBe(true);
    vi.useRealTimers();
  });
});
