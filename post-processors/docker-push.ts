import { givenLogin, knownLogin } from '../src/contract/helpers/docker/credentials.js';
import { checkImage, engineOf, IMPORTED, tagsOf } from '../src/contract/helpers/docker/image-artifact.js';
import { dockerKinds } from '../src/contract/helpers/docker/kinds.js';
import { definePostProcessor } from '../src/contract/plugin.js';
import { bool, defineSchema, text } from '../src/contract/schema.js';
import { catalogue, ImgpackError } from '../src/messages/message.js';

const messages = catalogue('docker-push', {
  noName: (id: string) => ({
    text: `the image \`${id}\` has no name to push`,
    hint: 'give it one with `docker-tag` before',
  }),
  ecrUnsupported: () => ({
    text: '`ecr_login` is not supported yet',
    hint: 'log in with `login_username = "AWS"` and the password of `aws ecr get-login-password`',
  }),
});

const schema = defineSchema({
  attributes: {
    docker_path: text({ description: 'Accepted for templates of Packer: no client is run.', default: 'docker' }),
    login: bool({ description: 'Log in to the registry before pushing.', default: false }),
    login_server: text({ description: 'Host of the registry.', defaultNote: 'Docker Hub' }),
    login_username: text({ description: 'User of the registry.' }),
    login_password: text({ description: 'Password of that user.', sensitive: true }),
    ecr_login: bool({ description: 'Refused: logins of ECR are not fetched yet.', default: false }),
    aws_access_key: text({ description: 'Access key for `ecr_login`.' }),
    aws_secret_key: text({ description: 'Secret key for `ecr_login`.', sensitive: true }),
    aws_token: text({ description: 'Session token for `ecr_login`.', sensitive: true }),
    aws_profile: text({ description: 'Profile for `ecr_login`.' }),
    aws_force_use_public_ecr: bool({ description: 'Use the public ECR for `ecr_login`.', default: false }),
    platform: text({ description: 'Platform of the image to push: `linux/arm64`.' }),
  },
});

export default definePostProcessor({
  type: 'docker-push',
  summary: 'Pushes an image of a container engine to a registry.',
  schema,
  resourceKinds: dockerKinds,
  validate: (config) =>
    config.ecr_login ? [{ severity: 'error', message: messages.ecrUnsupported(), option: 'ecr_login' }] : [],
  async run(config, context, artifact) {
    checkImage(artifact);
    const { signal, env } = context;
    const names = [...new Set([artifact.id, ...tagsOf(artifact)])];
    if (artifact.id.startsWith('sha256:')) throw new ImgpackError(messages.noName(artifact.id));
    const engine = await engineOf(artifact, env);
    const given = config.login ? givenLogin(config) : undefined;
    if (given) await engine.login(given, signal);
    let digest: string | undefined;
    for (const name of names) {
      context.say(`Pushing: ${name}`);
      const login = given ?? (await knownLogin(name, env));
      const onText = (line: string) => context.output('stdout', line.trimEnd());
      digest = (await engine.push(name, { login, platform: config.platform, signal, onText })) ?? digest;
    }
    return {
      artifact: {
        ...artifact,
        builderId: IMPORTED,
        description: `Imported Docker image: ${artifact.id}${digest === undefined ? '' : ` (${digest})`}`,
        ...(digest !== undefined && { values: { ...artifact.values, Digest: digest } }),
        state: { ...artifact.state, endpoint: engine.endpoint },
      },
      keep: true,
    };
  },
});
