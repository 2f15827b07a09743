import { communicatorOptions } from '../../src/contract/options/communicator.js';
import { bool, defineSchema, text, textList, textMap, type Decoded } from '../../src/contract/schema.js';

export const schema = defineSchema({
  attributes: {
    ...communicatorOptions,
    communicator: text({
      description: 'Way into the container: through its engine, or by a login.',
      values: ['docker', 'dockerWindowsContainer', 'ssh', 'winrm', 'none'],
      defaultNote: '`docker`; `dockerWindowsContainer` with `windows_container`',
    }),
    image: text({ description: 'Image that the container starts from.', required: true }),
    commit: bool({
      description: 'Make an image of the container. Exactly one of `commit`, `export_path` and `discard`.',
      default: false,
    }),
    export_path: text({
      description: 'Tar file that the file system of the container is written to; parents are made.',
    }),
    discard: bool({ description: 'Throw the container away.', default: false }),
    author: text({ description: 'Author of the image.' }),
    changes: textList({
      description:
        'Instructions of a Dockerfile that are applied to the image. `CMD` and `ENTRYPOINT` stay those of `image` where none is given.',
    }),
    message: text({ description: 'Message of the commit.' }),
    container_dir: text({
      description: 'Accepted for templates of Packer; files travel through the engine, and nothing is mounted.',
      defaultNote: '`/packer-files`',
    }),
    device: textList({ description: 'Devices of this machine: `HOST[:CONTAINER[:PERMISSIONS]]`.' }),
    cap_add: textList({ description: 'Capabilities to add.' }),
    cap_drop: textList({ description: 'Capabilities to drop.' }),
    privileged: bool({ description: 'Give the container all rights on this machine.', default: false }),
    runtime: text({ description: 'Runtime of the engine to use.' }),
    tmpfs: textList({ description: 'File systems in memory: `PATH[:OPTIONS]`.' }),
    volumes: textMap({ description: 'Folders of this machine and where the container has them; `~/` is the home.' }),
    exec_user: text({ description: 'User that runs commands.', defaultNote: 'the user of the image' }),
    pty: bool({ description: 'Run commands with a terminal.', default: false }),
    fix_upload_owner: bool({
      description: 'Uploads belong to the user of the container, instead of to the user they belong to here.',
      default: false,
    }),
    windows_container: bool({ description: 'It is a Windows container.', default: false }),
    platform: text({ description: 'Platform of the image: `linux/arm64`.' }),
    pull: bool({ description: 'Pull the image first.', default: true }),
    run_command: textList({
      description: 'Arguments that the container is run with, as `docker run` has them.',
      defaultNote: '`["-d", "-i", "-t", "--entrypoint=/bin/sh", "--", "{{.Image}}"]`',
      template: 'late',
    }),
    docker_path: text({ description: 'Accepted for templates of Packer: no client is run.', default: 'docker' }),
    login: bool({ description: 'Log in to the registry before pulling.', default: false }),
    login_server: text({ description: 'Host of the registry.', defaultNote: 'Docker Hub' }),
    login_username: text({ description: 'User of the registry.' }),
    login_password: text({ description: 'Password of that user.', sensitive: true }),
  },
});

export type Config = Decoded<typeof schema>;
