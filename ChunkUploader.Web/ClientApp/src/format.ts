import type { UploadState } from './upload';

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** `1 byte`, `980 KiB`, `1.5 MiB`: three digits at most before the unit, one after the point. */
export function formatBytes(bytes: number): string {
  if (bytes === 1) return '1 byte';
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit > 0 && value < 100 ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit] ?? ''}`;
}

export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** `8 s`, `3 min 20 s`, `2 h 5 min`, `4 days`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(minutes, 'min', whole % 60, 's');
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return joined(hours, 'h', minutes % 60, 'min');
  return `${Math.round(hours / 24)} days`;
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** A name as it is shown: marks that turn the reading direction would make `exe.png` of `gnp.exe`. */
export function displayName(name: string): string {
  return name.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** The short text in a file's tile. */
export function extensionOf(name: string): string {
  const extension = /[^.]\.([^.]{1,4})$/.exec(name)?.[1] ?? 'file';
  return extension.toUpperCase();
}

export const stateWords: Readonly<Record<UploadState, string>> = {
  waiting: 'Waiting',
  checking: 'Checking',
  comparing: 'Comparing',
  uploading: 'Uploading',
  reconnecting: 'Reconnecting',
  paused: 'Paused',
  verifying: 'Verifying',
  done: 'Done',
  failed: 'Failed',
  conflict: 'Conflict',
  cancelled: 'Cancelled',
};
