import type { Api, Session } from '../api/api';
import { ApiError } from '../api/http';
import { messageOf } from '../upload/outcome';
import { readResumeLink, takeOver } from '../upload/take-over';
import { displayName } from '../texts/format';
import { text } from '../texts/texts';
import { setHidden, setText } from './elements';
import type { UnfinishedList } from './unfinished';

/** Takes over the upload that the page's address names, now or when a link is opened in this tab. */
export function openResumeLinks(api: Api, unfinished: Pick<UnfinishedList, 'carry'>, notice: HTMLElement): void {
  const say = (words: string) => {
    setText(notice, words);
    setHidden(notice, words === '');
  };
  const open = async () => {
    const { href, hash, pathname, search } = location;
    if (!hash.startsWith('#resume=')) return;
    history.replaceState(history.state, '', `${pathname}${search}`); // a secret stays in no address
    say('');
    try {
      const session = await takeOver(api, readResumeLink(href) ?? { id: '-', secret: '-' }, {
        signal: new AbortController().signal,
        onWait: error => {
          say(messageOf(error));
        },
      });
      say('');
      if (session.state === 'completed') tellDone(session, notice);
      else await unfinished.carry(session);
    } catch (error) {
      say(wordsOf(error));
    }
  };
  window.addEventListener('hashchange', () => void open());
  void open();
}

function wordsOf(error: unknown): string {
  if (ApiError.hasCode(error, 'upload-not-found')) return text('deadLink');
  if (error instanceof ApiError) return messageOf(error);
  return text('pageFault', { message: error instanceof Error ? error.message : String(error) });
}

function tellDone({ fileName, file }: Session, notice: HTMLElement): void {
  const name = displayName(fileName);
  setText(notice, `${text('carriedDone', { name })} `);
  if (file) notice.append(Object.assign(document.createElement('a'), { href: file.url, textContent: text('openFile', { name }) }));
  setHidden(notice, false);
}
