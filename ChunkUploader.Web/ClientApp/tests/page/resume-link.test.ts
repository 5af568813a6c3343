// @vitest-environment happy-dom
import { type MockInstance, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openResumeLinks } from '../../src/page/resume-link';
import { MiB, bytesOf, fileOf, refusal } from '../fakes';
import { one } from '../roles';
import { button, open, state, unfinishedRows, uploads } from '../view';
import { until } from '../until';

const bytes = bytesOf(MiB);
const notice = () => one(document, 'alert');
const said = (words: string) => until(() => notice().textContent.includes(words));

let listening: MockInstance<typeof window.addEventListener>;

beforeEach(() => {
  document.body.innerHTML = '';
  listening = vi.spyOn(window, 'addEventListener');
});
afterEach(() => {
  for (const [type, listener] of listening.mock.calls) window.removeEventListener(type, listener);
  window.happyDOM.setURL('about:blank');
});

function openAt(url: string, parts = open()) {
  window.happyDOM.setURL(url);
  openResumeLinks(parts.server, parts.unfinished, notice());
  return parts;
}

describe('A resume link', () => {
  it('puts its upload on top, asks for the file, and leaves the address', async () => {
    const parts = open();
    parts.server.hold(bytesOf(MiB, 1), [0], 'other.mp4');
    const id = parts.server.hold(bytes, [0, 1, 2]);
    openAt(`http://a.test/?x=1#resume=${id}.secret`, parts);
    expect(location.href).toBe('http://a.test/?x=1');
    await until(() => unfinishedRows().length === 2);
    const [row] = unfinishedRows();
    expect(row?.textContent).toContain('film.mp4');
    expect(row?.textContent).toContain('Pick the same file here');
    await until(() => document.activeElement === button(row, 'Pick the file to continue'));
    expect(notice().hidden).toBe(true);

    parts.picked.mockResolvedValueOnce({ file: new File([bytes], 'copy.mp4') });
    button(row, 'Pick the file to continue').click();
    await state('done');
    expect([parts.server.count('begin'), parts.server.count('chunk')]).toEqual([0, 1]);
    expect(unfinishedRows()).toHaveLength(1);
  });

  it('that is opened in a page that is there already does the same', async () => {
    const { server } = openAt('http://a.test/');
    const id = server.hold(bytes, [0]);
    location.hash = `#resume=${id}.secret`;
    window.dispatchEvent(new Event('hashchange'));
    await until(() => unfinishedRows().length === 1);
    expect(location.hash).toBe('');
  });

  it('continues by a file that is dropped, too', async () => {
    const { server, unfinished, queue } = open();
    await unfinished.carry(await server.session(server.hold(bytes, [0, 1, 2])));
    const other = { file: fileOf(bytes, 'other.mp4') };
    const picked = unfinished.attach([{ file: new File([bytes], 'film.mp4', { lastModified: 1 }) }, other]);
    expect(picked.map(({ session }) => session?.id)).toEqual(['session1', undefined]);
    queue.add(picked.slice(0, 1));
    await state('done');
    expect(server.count('chunk')).toBe(1);
  });

  it('stays with its upload where the file has another size', async () => {
    const { server, unfinished, picked } = open();
    await unfinished.carry(await server.session(server.hold(bytes, [0])));
    picked.mockResolvedValueOnce({ file: fileOf(bytesOf(5)) });
    const [row] = unfinishedRows();
    button(row, 'Pick the file to continue').click();
    await until(() => row?.textContent.includes('another size'));
    expect(uploads()).toHaveLength(0);
  });

  it.each(['#resume=session9.secret', '#resume=nonsense'])('that leads nowhere says so: %s', async hash => {
    openAt(`http://a.test/${hash}`);
    await said('This link leads to no upload any more');
    expect([notice().hidden, location.hash]).toEqual([false, '']);
  });

  it('to a file that is there says so', async () => {
    const parts = open();
    const id = parts.server.hold(bytes, [0, 1, 2, 3]);
    await parts.server.complete(id, { md5: '', contentHash: '' });
    openAt(`http://a.test/#resume=${id}.secret`, parts);
    await said('film.mp4 has been uploaded already.');
    expect(notice().querySelector('a')?.getAttribute('href')).toBe(`/files/${id}`);
    expect(unfinishedRows()).toHaveLength(0);
  });

  it('that the server refuses is told in its words', async () => {
    const parts = open();
    parts.server.before = () => {
      throw refusal(429, 'too-many-uploads', 60);
    };
    openAt('http://a.test/#resume=session1.secret', parts);
    await said('Refused: too-many-uploads');
  });
});
