import { ofBuilders, rename, type Fixer } from './fixer.js';

export const sshKeyPath: Fixer = {
  name: 'sshkeypath',
  description: '`ssh_key_path` becomes `ssh_private_key_file`',
  fix: ofBuilders(['*'], (builder) =>
    rename(builder, 'ssh_key_path', 'ssh_private_key_file', { keep: true, only: 'string' }),
  ),
};

export const sshDisableAgent: Fixer = {
  name: 'sshdisableagent',
  description: '`ssh_disable_agent` becomes `ssh_disable_agent_forwarding`',
  fix: ofBuilders(['*'], (builder) =>
    rename(builder, 'ssh_disable_agent', 'ssh_disable_agent_forwarding', { keep: true, only: 'boolean' }),
  ),
};

export const sshWaitTimeout: Fixer = {
  name: 'ssh-wait-timeout',
  description: '`ssh_wait_timeout` becomes `ssh_timeout`',
  fix: ofBuilders(['*'], (builder) =>
    rename(builder, 'ssh_wait_timeout', 'ssh_timeout', { keep: true, only: 'string' }),
  ),
};

export const virtualboxPorts: Fixer = {
  name: 'comm-config',
  description: 'options of VirtualBox for the forwarded port lose their `ssh_`',
  fix: ofBuilders(['virtualbox-*'], (builder) => {
    rename(builder, 'ssh_host_port_min', 'host_port_min', { keep: true });
    rename(builder, 'ssh_host_port_max', 'host_port_max', { keep: true });
    rename(builder, 'ssh_skip_nat_mapping', 'skip_nat_mapping', { keep: true, only: 'boolean' });
  }),
};

export const qemuPorts: Fixer = {
  name: 'qemu-host-port',
  description: 'options of QEMU for the forwarded port lose their `ssh_`',
  fix: ofBuilders(['qemu'], (builder) => {
    rename(builder, 'ssh_host_port_min', 'host_port_min');
    rename(builder, 'ssh_host_port_max', 'host_port_max');
  }),
};
