import { createServer, request } from 'node:http';

/**
 * A proxy between a browser and the server, for what has to happen at the right moment whatever the engine: it holds chunk
 * posts back, and it is unplugged like a network.
 */
export class Gate {
  /** Chunk posts that the server has answered with 200. */
  accepted = 0;

  #server;
  #sockets = new Set();
  #seen = 0;
  #passing = Infinity;
  #waiting = [];
  #port = 0;

  /** @param target {URL} the server */
  constructor(target) {
    this.#server = createServer((incoming, answer) => void this.#forward(target, incoming, answer));
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  get url() {
    return `http://127.0.0.1:${this.#port}/`;
  }

  async plug() {
    await new Promise(resolve => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = this.#server.address().port;
  }

  /** Every connection breaks off, and none can be made. */
  async unplug() {
    const closed = new Promise(resolve => this.#server.close(resolve));
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  /** Lets so many more chunk posts pass, and holds the others back. */
  hold(passing) {
    this.#passing = this.#seen + passing;
  }

  /** Whether the posts that may pass are answered, and another one waits. */
  get isHolding() {
    return this.#waiting.length > 0 && this.accepted >= this.#passing;
  }

  release() {
    this.#passing = Infinity;
    this.#waiting.splice(0).forEach(go => go());
  }

  async #forward(target, incoming, answer) {
    const isChunk = incoming.method === 'POST' && incoming.url.endsWith('/chunks');
    if (isChunk && ++this.#seen > this.#passing) await new Promise(resolve => this.#waiting.push(resolve));
    if (incoming.destroyed && !incoming.complete) return; // whoever has sent it is gone

    const outgoing = request(
      { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      response => {
        if (isChunk && response.statusCode === 200) this.accepted++;
        answer.writeHead(response.statusCode, response.headers);
        response.pipe(answer);
      });
    outgoing.on('error', () => answer.destroy());
    incoming.on('error', () => outgoing.destroy());
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}
