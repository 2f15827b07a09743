import type { AccessConfig } from './options/access.js';

/** How often a state is asked for, and how long, in milliseconds. */
export interface Polling {
  readonly delay: number;
  readonly limit: number;
}

type Env = Readonly<Record<string, string | undefined>>;

const MINUTE = 60_000;
/** What is waited for by default: instances answer within seconds, images take minutes. */
export const PATIENCE = {
  instance: { delay: 3000, limit: 10 * MINUTE },
  image: { delay: 5000, limit: 30 * MINUTE },
  snapshot: { delay: 5000, limit: 30 * MINUTE },
  volume: { delay: 3000, limit: 5 * MINUTE },
} as const;

/** Template, then environment (`AWS_POLL_DELAY_SECONDS`, `AWS_MAX_ATTEMPTS`, `AWS_TIMEOUT_SECONDS`), then what fits the kind. */
export function pollingOf(kind: keyof typeof PATIENCE, config: Pick<AccessConfig, 'aws_polling'>, env: Env): Polling {
  const standard = PATIENCE[kind];
  const given = config.aws_polling?.delay_seconds || Number(env['AWS_POLL_DELAY_SECONDS']) || undefined;
  const attempts = config.aws_polling?.max_attempts || Number(env['AWS_MAX_ATTEMPTS']) || undefined;
  const seconds = Number(env['AWS_TIMEOUT_SECONDS']) || undefined;
  const delay = given === undefined ? standard.delay : given * 1000;
  if (attempts !== undefined) return { delay, limit: attempts * (given ?? 2) * 1000 };
  return { delay, limit: seconds === undefined ? standard.limit : seconds * 1000 };
}
