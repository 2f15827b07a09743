import type * as Bcryptjs from 'bcryptjs';
import { NUMBER, STRING } from '../../values/type.js';
import { Value } from '../../values/value.js';
import { badArgument, define, failure, wholeDouble } from '../define.js';
import { lazily } from '../lazy.js';

const library = lazily<typeof Bcryptjs>('bcryptjs');

const DEFAULT_COST = 10;

/** A cost below the smallest one that the algorithm knows, 4, means the default. */
export const bcrypt = define({
  name: 'bcrypt',
  summary: 'the bcrypt hash of a password with a random salt',
  parameters: [{ name: 'password', type: STRING }],
  variadic: { name: 'cost', type: NUMBER },
  returns: STRING,
  call: ([password, cost, ...more], context) => {
    if (more.length > 0) throw failure('takes a password and a cost');
    const wanted = cost ? wholeDouble(cost, 1) : DEFAULT_COST;
    if (wanted > 31) throw badArgument(1, 'must not be larger than 31');
    if (Buffer.byteLength(password.text) > 72) throw badArgument(0, 'must not be longer than 72 bytes');
    const rounds = String(wanted < 4 ? DEFAULT_COST : wanted).padStart(2, '0');
    const salt = library().encodeBase64([...context.randomBytes(16)], 16);
    return Value.string(library().hashSync(password.text, `$2a$${rounds}$${salt}`));
  },
});
