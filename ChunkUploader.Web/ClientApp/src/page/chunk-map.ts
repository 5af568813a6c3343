import type { Upload } from '../upload/upload';

/** Pixels, where there is more than one row of them; a single row is as wide as there is room. */
const cell = 10;
const gap = 2;
/** More chunks than this are drawn several to a cell. */
const mostCells = 2000;

export type Cell = 'missing' | 'received' | 'flying' | 'verified';

/** What has become of the chunks, several of them to a cell where there are too many. */
export function cellsOf({ state, counters, session }: Pick<Upload, 'state' | 'counters' | 'session'>, most = mostCells): Cell[] {
  const count = session?.chunkCount ?? 1;
  const share = Math.ceil(count / most);
  const flying = new Set(Array.from(counters.inFlight.keys(), index => Math.floor(index / share)));
  return Array.from({ length: Math.ceil(count / share) }, (_, place) => {
    if (state === 'done') return 'verified';
    if (flying.has(place)) return 'flying';
    const isIn = counters.chunks?.hasAll(place * share, Math.min(count, (place + 1) * share));
    return isIn === true ? 'received' : 'missing';
  });
}

/** Draws the cells in rows as wide as the canvas; colours are those of the style sheet. */
export function drawChunks(canvas: HTMLCanvasElement, upload: Upload): void {
  const cells = cellsOf(upload);
  const perRow = Math.max(1, Math.floor(canvas.clientWidth / cell));
  const width = cells.length <= perRow ? (canvas.clientWidth + gap) / cells.length : cell;
  const height = Math.ceil(cells.length / perRow) * cell;
  const scale = window.devicePixelRatio;
  canvas.width = canvas.clientWidth * scale;
  canvas.height = height * scale;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return;
  const style = getComputedStyle(canvas);
  const colours: Record<Cell, string> = {
    missing: style.getPropertyValue('--line'),
    received: style.getPropertyValue('--accent'),
    flying: style.getPropertyValue('--warning'),
    verified: style.getPropertyValue('--success'),
  };
  context.scale(scale, scale);
  for (const [place, state] of cells.entries()) {
    context.fillStyle = colours[state];
    context.fillRect((place % perRow) * width, Math.floor(place / perRow) * cell, width - gap, cell - gap);
  }
}
