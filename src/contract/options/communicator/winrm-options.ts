import { bool, duration, number, text } from '../../schema.js';

/** Every option of the WinRM communicator. */
export const winrmOptions = {
  winrm_username: text({ description: 'User to log in as. Needed for `communicator = "winrm"`.' }),
  winrm_password: text({ description: 'Password of that user.', sensitive: true }),
  winrm_host: text({ description: 'Address of the machine.', defaultNote: 'known to the builder' }),
  winrm_port: number({ description: 'Port of WinRM.', defaultNote: '5985, with `winrm_use_ssl` 5986' }),
  winrm_timeout: duration({
    description: 'Time within which a login must succeed, and limit of one operation.',
    default: '30m',
  }),
  winrm_use_ssl: bool({ description: 'Connect by HTTPS.', default: false }),
  winrm_insecure: bool({ description: 'Accept any certificate.', default: false }),
  winrm_use_ntlm: bool({ description: 'Log in with NTLMv2 instead of a plain password.', default: false }),
  winrm_no_proxy: bool({ description: 'Reach the machine without the HTTP proxy.', default: false }),
} as const;
