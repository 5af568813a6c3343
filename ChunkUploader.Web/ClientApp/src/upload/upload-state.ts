import type { Hasher } from '../hashing/hasher';
import type { Api } from '../api/api';
import type { KnownFiles } from './known-files';
import type { Limits } from './limits';
import type { Phase, SharedSlots } from './upload-context';
import type { Tabs } from './tabs';
import type { Traffic } from './traffic';

export type UploadState =
  | 'waiting'
  | Phase
  | 'reconnecting'
  | 'paused'
  | 'done'
  | 'failed'
  | 'conflict'
  /** Another device goes on with it. */
  | 'moved'
  /** Stopped, and cancelled in a moment unless that is undone. */
  | 'cancelling'
  | 'cancelled';

export interface UploadServices {
  readonly api: Api;
  readonly hasher: Hasher;
  readonly slots: SharedSlots;
  readonly limits: Limits;
  readonly known: KnownFiles;
  readonly traffic: Traffic;
  readonly tabs?: Tabs;
}

const running: readonly UploadState[] = ['elsewhere', 'checking', 'hashing', 'comparing', 'uploading', 'verifying'];

export function isRunning(state: UploadState): boolean {
  return running.includes(state);
}
