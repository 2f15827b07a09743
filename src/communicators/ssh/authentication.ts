import ssh2, { type AnyAuthMethod, type ParsedKey } from 'ssh2';
import type { SshTarget } from '../../contract/communicator.js';
import { asClassicKey } from '../../contract/helpers/key-pair.js';
import { ImgpackError } from '../../messages/message.js';
import { messages } from './messages.js';

/** Who logs in, and with what. */
export type Login = Pick<SshTarget, 'username' | 'password' | 'privateKeys' | 'certificate' | 'agent'> & {
  /** The agent is forwarded, and its keys are tried when nothing else helped. */
  readonly agentForwarding?: boolean;
};

export interface LoginSurroundings {
  /** Path of the agent's socket. */
  readonly agentSocket?: string;
  /** Answers questions of the server; absent: the password does. */
  readonly ask?: (question: string) => Promise<string>;
}

export interface Methods {
  readonly methods: AnyAuthMethod[];
  /** For messages: ``agent, key, password``. */
  readonly names: string;
}

/**
 * Ways to log in, in order: agent, keys, password, questions.
 * @throws ImgpackError `ssh/agent-missing`
 */
export function loginMethods(login: Login, { agentSocket, ask }: LoginSurroundings): Methods {
  const { username, password } = login;
  const methods: AnyAuthMethod[] = [];
  if (login.agent) {
    if (agentSocket === undefined) throw new ImgpackError(messages.agentMissing());
    methods.push({ type: 'agent', username, agent: agentSocket });
  }
  for (const key of login.privateKeys) methods.push({ type: 'publickey', username, key: parseKey(key) });
  if (password !== undefined) methods.push({ type: 'password', username, password });
  if (password !== undefined || ask) methods.push(questions(username, password, ask));
  if (!login.agent && login.agentForwarding && agentSocket !== undefined) {
    methods.push({ type: 'agent', username, agent: agentSocket });
  }
  const names = [...new Set(methods.map(({ type }) => (type === 'publickey' ? 'key' : type)))].join(', ');
  return { methods, names: names === '' ? 'nothing' : names };
}

function parseKey(text: string): ParsedKey {
  const parsed = ssh2.utils.parseKey(asClassicKey(text));
  if (parsed instanceof Error) throw parsed;
  return parsed;
}

/** One question is most likely for the password; a person answers all where there is one to ask. */
function questions(username: string, password: string | undefined, ask: LoginSurroundings['ask']): AnyAuthMethod {
  return {
    type: 'keyboard-interactive',
    username,
    prompt(_name, _instructions, _language, prompts, finish) {
      if (!ask) return finish(prompts.map(() => password ?? ''));
      const answers = prompts.reduce<Promise<string[]>>(
        async (before, { prompt }) => [...(await before), await ask(prompt)],
        Promise.resolve([]),
      );
      answers.then(finish, () => finish([]));
    },
  };
}
