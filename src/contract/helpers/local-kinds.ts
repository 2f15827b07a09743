import type { ResourceKind } from '../resources.js';
import { portLock } from './free-port.js';
import { httpServer } from './http-server.js';
import { localDirectory, localFile } from './local-resources.js';
import { setAsideKind } from './set-aside.js';
import { processKind } from './spawn-process.js';

/** Kinds of resources on this machine, which any plugin may create. */
export const localResourceKinds: readonly ResourceKind<never>[] = [
  localFile,
  localDirectory,
  processKind,
  portLock,
  httpServer,
  setAsideKind,
];
