import { Digester } from './digester';
import { FileChangedError } from './file-changed';
import type { Reply, Request } from './hasher';
import { chooseSha256 } from './sha256';

// The compiler knows the page's globals; these are the two of a worker that are used.
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Request>) => void) | null;
  postMessage(reply: Reply, transfer?: Transferable[]): void;
};

const digesters = new Map<number, Promise<Digester>>();

scope.onmessage = ({ data: request }) => {
  void handle(request).then(
    reply => {
      scope.postMessage(reply, reply.chunk ? [reply.chunk.bytes] : []);
    },
    (error: unknown) => {
      const changed = error instanceof FileChangedError;
      scope.postMessage({ call: request.call, error: changed ? 'changed' : String(error) });
    },
  );
};

async function handle(request: Request): Promise<Reply> {
  const { call, file: key } = request;
  if (request.action === 'open') digesters.set(key, open(request.source));
  if (request.action === 'close') digesters.delete(key);
  const digester = await digesters.get(key);
  if (!digester) return { call };

  switch (request.action) {
    case 'block':
      return { call, text: await digester.block(request.index), position: digester.position };
    case 'chunk':
      return { call, chunk: await digester.chunk(request.offset, request.length), position: digester.position };
    case 'advance':
      await digester.advance(request.end);
      break;
    case 'finish':
      return { call, digests: await digester.finish(), position: digester.position };
    case 'answer':
      return { call, text: await digester.answer(request.challenge), position: digester.position };
  }
  return { call, position: digester.position };
}

function open(file: File): Promise<Digester> {
  const read = async (offset: number, length: number): Promise<ArrayBuffer> => {
    let bytes: ArrayBuffer;
    try {
      bytes = await file.slice(offset, offset + length).arrayBuffer();
    } catch {
      throw new FileChangedError();
    }
    if (bytes.byteLength !== length) throw new FileChangedError();
    return bytes;
  };
  return Digester.create({ size: file.size, read }, chooseSha256());
}
