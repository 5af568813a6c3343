import { encode } from 'uqr';

/** Modules of white around the code, without which readers do not find it. */
const quiet = 4;

/** The code of a text as the path of an SVG whose units are its modules. */
export function qrPath(value: string): { readonly size: number; readonly path: string } {
  const { data, size } = encode(value, { ecc: 'M', border: quiet });
  const runs = data.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size, path: runs.join('') };
}

/** Draws the code of a text, black on white whatever the theme. */
export function drawQrCode(svg: SVGSVGElement, value: string): void {
  const { size, path } = qrPath(value);
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.querySelector('path')?.setAttribute('d', path);
}

/** The first place and the length of each run of dark modules. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [x, isDark] of row.entries()) {
    const last = runs.at(-1);
    if (!isDark) continue;
    if (last && last[0] + last[1] === x) last[1]++;
    else runs.push([x, 1]);
  }
  return runs;
}
