import type { JsonObject } from '../../../src/contract/json.js';
import type { Access } from '../access.js';

/** What every destroyer needs: the way back into the account. */
export interface InAccount extends JsonObject {
  readonly access: Access;
}
