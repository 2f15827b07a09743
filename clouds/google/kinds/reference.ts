import type { JsonObject } from '../../../src/contract/json.js';
import type { Access } from '../access.js';

/** What every destroyer needs: the way back into the project, and the name that was chosen before the creation. */
export interface InProject extends JsonObject {
  readonly access: Access;
  readonly project: string;
  readonly name: string;
}

export interface InZone extends InProject {
  readonly zone: string;
}

/** The label by which a clean-up tells what is ours from what only bears the same name. */
export const TOKEN_LABEL = 'imgpack-token';

/** How long a removal may take, in milliseconds. */
export const REMOVAL_MILLISECONDS = 10 * 60_000;
