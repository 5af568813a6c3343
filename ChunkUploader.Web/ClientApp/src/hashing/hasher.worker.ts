import { FileChangedError } from './file-changed';
import { Digester } from './digester';
import { sourceOf } from './file-source';
import type { Reply, Request } from './hasher';
import { chooseSha256 } from './sha256';

// The compiler knows the page's globals; these are the two of a worker that are used.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer: Transferable[]): void;
};

// The first file need not wait until WebAssembly is compiled.
void Digester.create(sourceOf(new Blob()), chooseSha256());

const digesters = new Map<number, Promise<Digester>>();

scope.onmessage = ({ data: request }) => {
  const { call, file } = request;
  if (request.action === 'close') {
    digesters.delete(file);
    return;
  }
  void handle(request).then(
    reply => {
      const content = reply.whole?.content;
      scope.postMessage({ ...reply, call }, content ? [content.buffer] : []);
    },
    (error: unknown) => {
      scope.postMessage({ call, error: error instanceof FileChangedError ? 'changed' : String(error) }, []);
    },
  );
};

async function handle(request: Request): Promise<Omit<Reply, 'call'>> {
  const { file: key, source } = request;
  if (source) digesters.set(key, Digester.create(sourceOf(source), chooseSha256()));
  const digester = await digesters.get(key);
  return digester ? { ...(await answer(digester, request)), position: digester.position } : {};
}

async function answer(digester: Digester, request: Request): Promise<Omit<Reply, 'call'>> {
  switch (request.action) {
    case 'block':
      return { text: await digester.block(request.index) };
    case 'chunk':
      return { sha256: await digester.chunk(request.offset, request.length) };
    case 'finish':
      return { digests: await digester.finish() };
    case 'whole':
      return { whole: await digester.whole() };
    case 'answer':
      return { text: await digester.answer(request.challenge) };
    case 'advance':
      await digester.advance(request.end);
      return {};
    case 'confirm':
      await digester.confirm(request.offset, request.length, request.sha256);
      return {};
    default:
      return {};
  }
}
