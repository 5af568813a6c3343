import { type TextKey, number, text } from './texts';

const units: readonly TextKey[] = ['bytes', 'kibibytes', 'mebibytes', 'gibibytes', 'tebibytes', 'pebibytes'];

/** `1 byte`, `980 KiB`, `1.5 MiB`: three digits at most before the unit, one after the point. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return text('oneByte');
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return text(units[unit] ?? 'bytes', { value: number(value, unit > 0 && value < 100 ? 1 : 0) });
}

export function formatSpeed(bytesPerSecond: number): string {
  return text('perSecond', { amount: formatBytes(Math.round(bytesPerSecond)) });
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`, `4 days`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return text('seconds', { count: whole });
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(['minutes', minutes], ['seconds', whole % 60]);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined(['hours', hours], ['minutes', minutes % 60]);
  return text('days', { count: Math.round(hours / 24) });
}

/** `7 days`, `5 h`, `20 min`: one unit is enough where it is far away. */
export function formatAge(seconds: number): string {
  if (seconds >= 2 * 86_400) return text('days', { count: Math.round(seconds / 86_400) });
  if (seconds >= 2 * 3600) return text('hours', { count: Math.round(seconds / 3600) });
  return text('minutes', { count: Math.max(1, Math.round(seconds / 60)) });
}

export function formatPercent(percent: number): string {
  return text('percent', { value: percent });
}

function joined(...amounts: readonly [TextKey, number][]): string {
  return amounts
    .filter(([, count], place) => place === 0 || count > 0)
    .map(([key, count]) => text(key, { count }))
    .join(' ');
}

/** A name as it is shown: marks that turn the reading direction would make `exe.png` of `gnp.exe`. */
export function displayName(name: string): string {
  return name.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The short text in a file's tile. */
export function extensionOf(name: string): string {
  const extension = /[^.]\.([^.]{1,4})$/.exec(name)?.[1] ?? text('file');
  return extension.toUpperCase();
}
