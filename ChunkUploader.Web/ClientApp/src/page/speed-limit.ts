const key = 'chunk-uploader speed-limit';

/** Makes a list of speeds set the limit, and keeps it for the next page where the browser lets it. */
export function keepSpeedLimit(select: HTMLSelectElement, limited: { bytesPerSecond: number }): void {
  const kept = read();
  if (Array.from(select.options, ({ value }) => value).includes(kept)) select.value = kept;
  limited.bytesPerSecond = Number(select.value);
  select.addEventListener('change', () => {
    limited.bytesPerSecond = Number(select.value);
    write(select.value);
  });
}

function read(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return ''; // forbidden
  }
}

function write(value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // full or forbidden: it holds for this page
  }
}
