import type { Target } from '../target.js';
import { olderTargets } from './older.js';
import { syntaxTargets } from './syntax.js';
import { valueTargets } from './values.js';

export const targets: readonly Target[] = [...syntaxTargets, ...valueTargets, ...olderTargets];
