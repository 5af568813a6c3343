// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Session } from '../../src/api/api';
import { MiB, bytesOf, fileOf, refusal } from '../fakes';
import { gate } from '../set-up';
import { isRead, one } from '../roles';
import { announcement, button, open, state, unfinishedRows, visible } from '../view';

const much = 100_000_001;

beforeEach(() => {
  document.body.innerHTML = '';
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

const question = () => one(document, 'dialog', 'Cancel this upload?') as HTMLDialogElement;
const said = () => announcement().textContent;

/** A row whose upload is held up on its way. */
async function sending() {
  const page = open();
  page.server.before = call => (call.startsWith('chunk') ? new Promise(() => undefined) : undefined);
  page.queue.add([{ file: fileOf(bytesOf(MiB)) }]);
  const row = await state('uploading');
  const [upload] = page.queue.uploads;
  if (!upload) throw new Error('There is no upload');
  return { ...page, row, upload };
}

/** The list of what an earlier page has begun. */
async function unfinished(session: Partial<Session> = {}) {
  const page = open();
  page.server.hold(bytesOf(MiB), [0, 1]);
  const [held] = await page.server.list();
  if (held) vi.spyOn(page.server, 'list').mockImplementation(() => Promise.resolve(page.server.sessions.size > 0 ? [{ ...held, ...session }] : []));
  await page.unfinished.refresh();
  const [row] = unfinishedRows();
  if (!row) throw new Error('There is no row');
  return { ...page, list: page.unfinished, row };
}

describe('The row of an upload that is cancelled', () => {
  it('says so, offers to undo it, keeps the focus, and is dismissed when that is over', async () => {
    const { row, server } = await sending();
    button(row, 'Cancel').focus();
    button(row, 'Cancel').click();
    await state('cancelling');
    expect([isRead(row, 'Cancelled'), visible(row)]).toEqual([true, ['Undo']]);
    expect(document.activeElement).toBe(button(row, 'Undo'));
    await pass(1000);
    expect(said()).toBe('film.mp4: Cancelled. This can be undone for 10 seconds.');
    expect(server.sessions.size).toBe(1);
    announcement().textContent = '';
    await pass(9000);
    await state('cancelled');
    expect([isRead(row, 'Cancelled'), visible(row)]).toEqual([true, ['Remove']]);
    expect(document.activeElement).toBe(button(row, 'Remove'));
    await pass(2000);
    expect([said(), server.sessions.size]).toEqual(['', 0]);
  });

  it('stays cancelled where the second click of a double one comes upon the other button', async () => {
    const { row, upload } = await sending();
    button(row, 'Cancel').click();
    await pass(0);
    button(row, 'Undo').dispatchEvent(new MouseEvent('click', { detail: 2 }));
    expect(upload.state).toBe('cancelling');
  });

  it('goes on when that is undone', async () => {
    const { row, server } = await sending();
    button(row, 'Cancel').focus();
    button(row, 'Cancel').click();
    await state('cancelling');
    server.before = () => undefined;
    button(row, 'Undo').click();
    await state('done');
    await pass(20_000);
    expect([server.count('cancel'), server.stored.length]).toEqual([0, 1]);
  });
});

describe('Cancelling much', () => {
  it('asks first, with keeping it as what Enter and Escape do', async () => {
    const { row, upload } = await sending();
    upload.counters.acknowledged = much;
    button(row, 'Cancel').click();
    expect(question().open).toBe(true);
    expect(question().textContent).toContain('95.4 MiB of film.mp4');
    expect(document.activeElement).toBe(button(undefined, 'Keep it'));
    button(undefined, 'Keep it').click();
    await pass(0);
    expect([question().open, upload.state]).toEqual([false, 'uploading']);
    button(row, 'Cancel').click();
    button(undefined, 'Cancel the upload').click();
    await pass(0);
    expect([question().open, upload.state]).toEqual([false, 'cancelling']);
  });

  it('does not take the second click of a double one for an answer', async () => {
    const { row, upload } = await sending();
    upload.counters.acknowledged = much;
    button(row, 'Cancel').click();
    button(undefined, 'Cancel the upload').dispatchEvent(new MouseEvent('click', { detail: 2 }));
    await pass(0);
    expect([question().open, upload.state]).toEqual([true, 'uploading']);
  });

  it('does not ask for little, nor once there is nothing to cancel any more', async () => {
    const { row, upload, server } = await sending();
    upload.counters.acknowledged = much - 1;
    button(row, 'Cancel').click();
    await pass(0);
    expect([question().open, upload.state]).toEqual([false, 'cancelling']);
    upload.undo();
    await pass(0);
    upload.counters.acknowledged = much;
    button(row, 'Cancel').click();
    expect(question().open).toBe(true);
    server.before = () => undefined;
    await upload.cancel();
    expect(question().open).toBe(false);
  });
});

describe('An unfinished upload that is cancelled', () => {
  it('stays so where the second click of a double one comes upon the other button', async () => {
    const { row, server } = await unfinished();
    button(row, 'Cancel').click();
    await pass(0);
    button(row, 'Undo').dispatchEvent(new MouseEvent('click', { detail: 2 }));
    await pass(10_000);
    expect(server.sessions.size).toBe(0);
  });

  it('says so, can be taken back, and goes after ten seconds', async () => {
    const { row, server, list } = await unfinished();
    button(row, 'Cancel').focus();
    button(row, 'Cancel').click();
    await pass(0);
    expect(isRead(row, 'Cancelled')).toBe(true);
    expect(document.activeElement).toBe(button(row, 'Undo'));
    expect(said()).toBe('film.mp4: Cancelled. This can be undone for 10 seconds.');
    await pass(5000);
    await list.refresh();
    expect(unfinishedRows()).toEqual([row]); // as it was, with its focus
    expect(document.activeElement).toBe(button(row, 'Undo'));
    button(row, 'Undo').click();
    expect(document.activeElement).toBe(button(row, 'Cancel'));
    expect([isRead(row, 'Cancelled'), button(row, 'Undo').hidden]).toEqual([false, true]);
    await pass(20_000);
    expect(server.sessions.size).toBe(1);
    button(row, 'Cancel').click();
    await pass(9_999);
    expect(server.sessions.size).toBe(1);
    await pass(1);
    expect([server.sessions.size, unfinishedRows().length]).toEqual([0, 0]);
  });

  it('stays, and says why, where the server refuses', async () => {
    const { row, server } = await unfinished();
    server.before = () => {
      throw refusal(403, 'forbidden');
    };
    button(row, 'Cancel').click();
    await pass(10_000);
    expect(row.textContent).toContain('Refused: forbidden');
    expect([isRead(row, 'Cancelled'), button(row, 'Cancel').hidden]).toEqual([false, false]);
    server.before = () => undefined;
    button(row, 'Cancel').click();
    await pass(10_000);
    expect([server.sessions.size, unfinishedRows().length]).toEqual([0, 0]);
  });

  it('is asked about where much has arrived', async () => {
    const { row, server } = await unfinished({ size: 2 * much, chunkSize: much, chunkCount: 2, received: [[0, 0]] });
    button(row, 'Cancel').click();
    await pass(0);
    expect(question().open).toBe(true);
    button(undefined, 'Keep it').click();
    await pass(20_000);
    expect(server.sessions.size).toBe(1);
  });

  it('goes on after all where its file is picked, and is not cancelled under it', async () => {
    const { row, server, queue, list } = await unfinished();
    const answer = gate();
    server.before = call => (call === 'begin' ? answer.passed : undefined);
    button(row, 'Cancel').click();
    await pass(1000);
    queue.add(list.attach([{ file: fileOf(bytesOf(MiB)) }]));
    await pass(20_000);
    answer.open();
    await state('done');
    expect([server.count('cancel'), server.stored.length]).toEqual([0, 1]);
  });

  it('is cancelled at once when the page is left', async () => {
    const { row, server } = await unfinished();
    window.dispatchEvent(new Event('pagehide'));
    expect(server.sessions.size).toBe(1);
    button(row, 'Cancel').click();
    await pass(1000);
    window.dispatchEvent(new Event('pagehide'));
    expect([server.sessions.size, server.calls.slice(-1), unfinishedRows().length]).toEqual([0, ['cancelOnLeave'], 0]);
    await pass(20_000);
    expect(server.count('cancel')).toBe(1);
  });

  it('is not where another tab is at it, and says so', async () => {
    const { row, server, tabs, queue } = await unfinished();
    const elsewhere = 'It is open in another tab: cancel it there';
    const release = await tabs.hold('session1');
    button(row, 'Cancel').click();
    await pass(20_000);
    expect(isRead(row, elsewhere)).toBe(true);
    expect([server.sessions.size, button(row, 'Undo').hidden]).toEqual([1, true]);
    release?.();
    button(row, 'Cancel').click();
    await pass(0);
    expect([isRead(row, elsewhere), button(row, 'Undo').hidden]).toEqual([false, false]);
    expect(await tabs.hold('session1')).toBeUndefined();
    button(row, 'Undo').click();
    queue.add([{ file: fileOf(bytesOf(MiB)) }]);
    await state('done');
  });

  it('cannot be taken back any more from the moment in which that is done', async () => {
    const { row, server } = await unfinished();
    const answer = gate();
    server.before = call => (call === 'cancel' ? answer.passed : undefined);
    button(row, 'Cancel').focus();
    button(row, 'Cancel').click();
    await pass(10_000);
    expect(button(row, 'Undo').getAttribute('aria-disabled')).toBe('true');
    button(row, 'Undo').click();
    expect([isRead(row, 'Cancelled'), document.activeElement]).toEqual([true, button(row, 'Undo')]);
    answer.open();
    await pass(0);
    expect([server.sessions.size, unfinishedRows().length]).toEqual([0, 0]);
  });
});
